/* keys.c - scenes: keys and certificates that servers are opened with
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

static void
accept(const struct scene *scene, struct stage *stage)
{
	struct pair pair;

	scene_pair(scene, stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_clear(&pair);
}

/* The opening fails and the text names what is wrong. */
static void
refuse(const struct scene *scene, const struct stage *stage,
    const char *origin)
{
	const struct tls_backend *backend = scene->lab->plug->backend;
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_server *server = backend->server_open(&stage->config,
	    &err);

	assert_null(server);
	if (err.blame != TLS_BLAME_CONFIG || !strstr(err.text, origin))
		fail_msg("blame %d: %s (should name %s)", err.blame,
		    err.text, origin);
}

static void
prepare(const struct scene *scene, struct stage *stage)
{
	scene_stage(scene, stage);
	stage_identity(stage, scene->lab, scene->key == CERT_SERVERS ?
	    CERT_RSA : scene->key);
	stage->identities[0].cert_origin = "the-cert.pem";
	stage->identities[0].key_origin = "the-key.pem";
}

static void
reads_keys_in_every_dress(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	struct stage stage;
	struct buf key = BUF_INIT;

	prepare(scene, &stage);
	accept(scene, &stage);
	certs_pem_key(certs, scene->key, false, NULL, &key);
	stage.identities[0].key = buf_span(&key);
	accept(scene, &stage);
	buf_clear(&key);
}

/* PKCS#1 and RFC 5915, which are of one kind of key each. */
static void
reads_keys_of_old_formats(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	struct stage stage;
	struct buf key = BUF_INIT;

	prepare(scene, &stage);
	certs_pem_key(certs, scene->key, true, NULL, &key);
	stage.identities[0].key = buf_span(&key);
	accept(scene, &stage);
	buf_clear(&key);
	certs_old_key(certs, scene->key, &key);
	stage.identities[0].key = buf_span(&key);
	accept(scene, &stage);
	buf_clear(&key);
}

static void
open_with_passes(const struct scene *scene, struct stage *stage,
    struct buf *key)
{
	struct tls_identity *identity = &stage->identities[0];

	identity->key = buf_span(key);
	identity->pass = "open sesame";
	accept(scene, stage);
	identity->pass = "open barley";
	refuse(scene, stage, "the-key.pem");
	identity->pass = NULL;
	refuse(scene, stage, "the-key.pem");
	buf_clear(key);
}

static void
reads_keys_under_a_pass_phrase(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	const EVP_CIPHER *cipher = EVP_aes_256_cbc();
	struct stage stage;
	struct buf key = BUF_INIT;

	prepare(scene, &stage);
	certs_encrypt_key(certs, scene->key, cipher, "open sesame", false,
	    &key);
	open_with_passes(scene, &stage, &key);
	certs_encrypt_key(certs, scene->key, cipher, "open sesame", true,
	    &key);
	open_with_passes(scene, &stage, &key);
}

static void
reads_keys_of_old_formats_under_a_pass_phrase(const struct scene *scene)
{
	struct stage stage;
	struct buf key = BUF_INIT;

	prepare(scene, &stage);
	certs_pem_key(scene->lab->certs, scene->key, true, "open sesame",
	    &key);
	open_with_passes(scene, &stage, &key);
}

/* What openssl(1) has written over the years, in PKCS#8. */
static void
reads_keys_under_pbes2(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	static const int prfs[] = {
		NID_hmacWithSHA1, NID_hmacWithSHA256, NID_hmacWithSHA512,
	};
	const EVP_CIPHER *const ciphers[] = {
		EVP_aes_128_cbc(), EVP_aes_256_cbc(), EVP_des_ede3_cbc(),
	};
	struct stage stage;
	struct buf key = BUF_INIT;

	prepare(scene, &stage);
	for (size_t i = 0; i < 9; i++) {
		certs_encrypt_key_by(certs, scene->key, ciphers[i / 3],
		    prfs[i % 3], "open sesame", &key);
		open_with_passes(scene, &stage, &key);
	}
}

static void
needs_no_pass_phrase_for_a_plain_key(const struct scene *scene)
{
	struct stage stage;

	prepare(scene, &stage);
	stage.identities[0].pass = "not needed";
	accept(scene, &stage);
}

/* The first algorithms that the client names need a longer key. */
static void
signs_with_short_keys(const struct scene *scene)
{
	static const unsigned lengths[] = { 512, 768, 1024 };
	struct stage stage;
	struct pair pair;

	prepare(scene, &stage);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct buf der = BUF_INIT, key = BUF_INIT;
		struct tls_span cert;

		certs_rsa(scene->lab->certs, lengths[i], &der, &key);
		cert = buf_span(&der);
		stage.identities[0].chain = &cert;
		stage.identities[0].key = buf_span(&key);
		scene_pair(scene, &stage, &pair);
		pair.options.ciphers = "ECDHE+AESGCM";
		pair.options.signatures = "rsa_pss_rsae_sha512:"
		    "rsa_pss_rsae_sha384:rsa_pss_rsae_sha256:RSA+SHA256";
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_clear(&pair);
		buf_clear(&key);
		buf_clear(&der);
	}
}

static void
refuses_a_key_that_is_none(const struct scene *scene)
{
	static const char *const bad[] = {
		"", "x", "\060\003\002\001\001",
		("-----BEGIN PRIVATE KEY-----\nAAAA\n"
		    "-----END PRIVATE KEY-----\n"),
		"-----BEGIN RSA PRIVATE KEY-----\n",
	};
	struct stage stage;

	prepare(scene, &stage);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		stage.identities[0].key = span_of(bad[i]);
		refuse(scene, &stage, "the-key.pem");
	}
}

static void
refuses_a_key_of_another_certificate(const struct scene *scene)
{
	static const enum cert_name others[] = {
		CERT_CLIENT, CERT_CLIENT_RSA,
	};
	struct stage stage;

	prepare(scene, &stage);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		stage.identities[0].key = buf_span(
		    &scene->lab->certs->list[others[i]].key);
		refuse(scene, &stage, "the-key.pem");
	}
}

static void
refuses_a_certificate_that_is_none(const struct scene *scene)
{
	struct stage stage;
	struct tls_span cert = span_of("\060\003\002\001\001");

	prepare(scene, &stage);
	stage.identities[0].chain = &cert;
	refuse(scene, &stage, "the-cert.pem");
	cert = scene->lab->certs->list[scene->key].span;
	cert.len /= 2;
	refuse(scene, &stage, "the-cert.pem");
}

const struct scene_row scenes_of_keys[] = {
	{ "reads_keys_in_every_dress", reads_keys_in_every_dress,
	  IN_TLS1_2 | EACH_KEY, { NOTHING } },
	{ "reads_keys_of_old_formats", reads_keys_of_old_formats,
	  IN_TLS1_2 | EACH_OLD_KEY, { NOTHING } },
	{ "reads_keys_of_old_formats_under_a_pass_phrase",
	  reads_keys_of_old_formats_under_a_pass_phrase,
	  IN_TLS1_2 | EACH_OLD_KEY, { NEED(KEY_ENCRYPTED) } },
	{ "reads_keys_under_a_pass_phrase", reads_keys_under_a_pass_phrase,
	  IN_TLS1_2 | EACH_KEY, { NEED(KEY_ENCRYPTED) } },
	{ "reads_keys_under_pbes2", reads_keys_under_pbes2,
	  IN_TLS1_2 | EACH_KEY, { NEED(KEY_ENCRYPTED) } },
	{ "needs_no_pass_phrase_for_a_plain_key",
	  needs_no_pass_phrase_for_a_plain_key, IN_TLS1_2 | EACH_KEY,
	  { NOTHING } },
	{ "signs_with_short_keys", signs_with_short_keys, IN_TLS1_2,
	  { NEED(KEY_RSA) } },
	{ "refuses_a_key_that_is_none", refuses_a_key_that_is_none,
	  IN_TLS1_2 | EACH_KEY, { NOTHING } },
	{ "refuses_a_key_of_another_certificate",
	  refuses_a_key_of_another_certificate, IN_TLS1_2 | EACH_KEY,
	  { NOTHING } },
	{ "refuses_a_certificate_that_is_none",
	  refuses_a_certificate_that_is_none, IN_TLS1_2 | EACH_KEY,
	  { NOTHING } },
	{ NULL, NULL, 0, { NOTHING } },
};
