/* pkcs12.c - scenes: keys and certificates out of a PFX
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 7292
 */
#include "scene.h"

#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>

/* What came out of one. */
struct catch {
	struct tls_bag bag;		/* first: a catch is a tls_bag */
	struct buf certificates[4];
	size_t num;
	struct buf key;
	unsigned num_keys;
};

static void
catch_certificate(struct tls_bag *bag, struct tls_span der)
{
	struct catch *caught = (struct catch *)bag;

	assert_in_range(caught->num, 0, 3);
	buf_add_span(&caught->certificates[caught->num++], der);
}

static void
catch_key(struct tls_bag *bag, struct tls_span der)
{
	struct catch *caught = (struct catch *)bag;

	caught->num_keys++;
	buf_add_span(&caught->key, der);
}

static void
catch_clear(struct catch *caught)
{
	for (size_t i = 0; i < caught->num; i++)
		buf_clear(&caught->certificates[i]);
	buf_clear(&caught->key);
}

static bool
unpack(const struct scene *scene, struct tls_span pfx, const char *pass,
    struct catch *out, bool *wants_pass, struct tls_error *err)
{
	memset(out, 0, sizeof *out);
	out->bag = (struct tls_bag){ catch_certificate, catch_key };
	*err = (struct tls_error)TLS_ERROR_INIT;
	*wants_pass = false;
	return scene->lab->plug->backend->unpack(pfx, pass, &out->bag,
	    wants_pass, err);
}

/* What a PFX is made of; null and 0 leave something out. */
struct recipe {
	const struct cert *key, *cert, *issuer;
	const char *pass;
	int cipher;		/* of key and certificates; 0: the usual one */
};

static void
bake(const struct recipe *recipe, struct buf *out)
{
	STACK_OF(X509) *others = NULL;
	PKCS12 *p12;
	uint8_t *der = NULL;
	int len;

	if (recipe->issuer) {
		others = sk_X509_new_null();
		assert_true(sk_X509_push(others, recipe->issuer->x509) > 0);
	}
	p12 = PKCS12_create(recipe->pass, "a name",
	    recipe->key ? recipe->key->pkey : NULL,
	    recipe->cert ? recipe->cert->x509 : NULL, others,
	    recipe->cipher, recipe->cipher, 0, 0, 0);
	assert_non_null(p12);
	len = i2d_PKCS12(p12, &der);
	assert_true(len > 0);
	buf_add(out, der, (size_t)len);
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_X509_free(others);
}

/* A server with what was caught, and a client that is content with it. */
static void
serve(const struct scene *scene, const struct catch *caught)
{
	struct tls_span chain[4];
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	for (size_t i = 0; i < caught->num; i++)
		chain[i] = buf_span(&caught->certificates[i]);
	stage.identities[0] = (struct tls_identity){
		.chain = chain, .num_chain = caught->num,
		.key = buf_span(&caught->key),
		.cert_origin = "a PFX", .key_origin = "a PFX",
	};
	stage.config.num_identities = 1;
	pair_init(&pair, scene->lab, &stage);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
unpacks_key_and_certificates(const struct scene *scene)
{
	const struct cert *list = scene->lab->certs->list;
	const struct recipe recipes[] = {
		{ &list[CERT_RSA], &list[CERT_RSA], NULL, "secret", 0 },
		{ &list[CERT_P256], &list[CERT_P256], &list[CERT_CA],
		  "secret", 0 },
		{ &list[CERT_UNDER_MIDDLE], &list[CERT_UNDER_MIDDLE],
		  &list[CERT_MIDDLE], "secret",
		  NID_pbe_WithSHA1And3_Key_TripleDES_CBC },
	};
	struct buf pfx;
	struct catch caught;
	struct tls_error err;
	bool wants_pass;

	for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
		pfx = (struct buf)BUF_INIT;
		bake(&recipes[i], &pfx);
		if (!unpack(scene, buf_span(&pfx), "secret", &caught,
		    &wants_pass, &err))
			fail_msg("PFX %zu: %s", i, err.text);
		assert_int_equal(caught.num_keys, 1);
		assert_int_equal(caught.num, recipes[i].issuer ? 2 : 1);
		/* the one that belongs to the key comes first */
		assert_true(span_equal(buf_span(&caught.certificates[0]),
		    recipes[i].cert->span));
		if (recipes[i].issuer)
			assert_true(span_equal(
			    buf_span(&caught.certificates[1]),
			    recipes[i].issuer->span));
		serve(scene, &caught);
		catch_clear(&caught);
		buf_clear(&pfx);
	}
}

static void
asks_for_another_pass_phrase(const struct scene *scene)
{
	const struct cert *cert = &scene->lab->certs->list[CERT_P256];
	const struct recipe recipe = { cert, cert, NULL, "secret", 0 };
	static const char *const wrong[] = { NULL, "", "Secret", "secret " };
	struct buf pfx = BUF_INIT;
	struct catch caught;
	struct tls_error err;
	bool wants_pass;

	bake(&recipe, &pfx);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(unpack(scene, buf_span(&pfx), wrong[i], &caught,
		    &wants_pass, &err));
		assert_true(wants_pass);
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		assert_true(err.text[0] != '\0');
		assert_int_equal(caught.num_keys, 0);
		catch_clear(&caught);
	}
	buf_clear(&pfx);
}

/* Programs differ in what they make of no pass phrase. */
static void
opens_what_has_no_pass_phrase(const struct scene *scene)
{
	const struct cert *cert = &scene->lab->certs->list[CERT_P256];
	const struct recipe recipe = { cert, cert, NULL, "", 0 };
	struct buf pfx = BUF_INIT;
	struct catch caught;
	struct tls_error err;
	bool wants_pass;

	bake(&recipe, &pfx);
	if (!unpack(scene, buf_span(&pfx), NULL, &caught, &wants_pass, &err))
		fail_msg("%s", err.text);
	assert_int_equal(caught.num_keys, 1);
	catch_clear(&caught);
	buf_clear(&pfx);
}

static void
refuses_half_a_pfx(const struct scene *scene)
{
	const struct cert *cert = &scene->lab->certs->list[CERT_P256];
	const struct recipe recipes[] = {
		{ NULL, cert, NULL, "secret", 0 },
		{ cert, NULL, NULL, "secret", 0 },
	};
	struct buf pfx;
	struct catch caught;
	struct tls_error err;
	bool wants_pass;

	for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
		pfx = (struct buf)BUF_INIT;
		bake(&recipes[i], &pfx);
		assert_false(unpack(scene, buf_span(&pfx), "secret", &caught,
		    &wants_pass, &err));
		assert_false(wants_pass);
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		catch_clear(&caught);
		buf_clear(&pfx);
	}
}

static void
refuses_what_is_no_pfx(const struct scene *scene)
{
	const struct cert *cert = &scene->lab->certs->list[CERT_P256];
	const struct recipe recipe = { cert, cert, NULL, "secret", 0 };
	struct buf pfx = BUF_INIT;
	struct tls_span whole, bad[4];
	struct catch caught;
	struct tls_error err;
	bool wants_pass;

	bake(&recipe, &pfx);
	whole = buf_span(&pfx);
	bad[0] = (struct tls_span){ whole.data, 0 };
	bad[1] = (struct tls_span){ whole.data, whole.len / 2 };
	bad[2] = cert->span;
	bad[3] = span_of("no DER at all, and longer than a header of DER");
	for (size_t i = 0; i < 4; i++) {
		assert_false(unpack(scene, bad[i], "secret", &caught,
		    &wants_pass, &err));
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		assert_false(wants_pass);
		assert_true(err.text[0] != '\0');
		catch_clear(&caught);
	}
	buf_clear(&pfx);
}

const struct scene_row scenes_of_pkcs12[] = {
	{ "unpacks_key_and_certificates", unpacks_key_and_certificates, ONCE,
	  { NEED(KEY_PKCS12) } },
	{ "asks_for_another_pass_phrase", asks_for_another_pass_phrase, ONCE,
	  { NEED(KEY_PKCS12) } },
	{ "opens_what_has_no_pass_phrase", opens_what_has_no_pass_phrase, ONCE,
	  { NEED(KEY_PKCS12) } },
	{ "refuses_half_a_pfx", refuses_half_a_pfx, ONCE,
	  { NEED(KEY_PKCS12) } },
	{ "refuses_what_is_no_pfx", refuses_what_is_no_pfx, ONCE,
	  { NEED(KEY_PKCS12) } },
	{ NULL, NULL, 0, { NOTHING } },
};
