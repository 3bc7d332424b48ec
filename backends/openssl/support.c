/* support.c - what the library can do, found by trying it in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

/* ---- hellos ----------------------------------------------------------- */

/* Whether the server says ServerHello to what is on the wire. */
static bool
says_hello(struct trial *trial)
{
	BIO *out = SSL_get_rbio(trial->client);
	struct tls_error err;
	uint8_t record[6];
	size_t len;

	return openssl_handshake(trial->session, &err) == TLS_WANT_READ &&
	    BIO_read_ex(out, record, sizeof record, &len) == 1 &&
	    len == sizeof record && record[0] == SSL3_RT_HANDSHAKE &&
	    record[5] == SSL3_MT_SERVER_HELLO;
}

static void
try_sslv2_hello(struct lab *lab, struct findings *found)
{
	/* TLS 1.2 with DH_anon_WITH_AES_128_CBC_SHA and the SCSV. */
	static const uint8_t hello[] = {
		0x80, 31, 1, 3, 3, 0, 6, 0, 0, 0, 16,
		0, 0, 0x34, 0, 0, 0xff,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	};
	struct trial trial;

	if (openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_2) &&
	    openssl_trial_open(&trial) && BIO_write(SSL_get_wbio(trial.client),
	    hello, sizeof hello) == sizeof hello)
		found->works[TLS_FEATURE_HELLO_SSLV2] = says_hello(&trial);
	openssl_trial_clear(&trial);
}

/* Cuts the hello on `wire` into records of 50 bytes. */
static void
cut_hello(BIO *wire)
{
	uint8_t hello[4096], head[5];
	size_t len = 0, part;

	BIO_read_ex(wire, hello, sizeof hello, &len);
	memcpy(head, hello, sizeof head);
	for (size_t at = sizeof head; at < len; at += part) {
		part = len - at < 50 ? len - at : 50;
		head[3] = 0;
		head[4] = (uint8_t)part;
		BIO_write(wire, head, sizeof head);
		BIO_write(wire, hello + at, (int)part);
	}
}

static void
try_fragments(struct lab *lab, struct findings *found)
{
	struct trial trial;

	if (openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_2) &&
	    openssl_trial_open(&trial)) {
		SSL_do_handshake(trial.client);
		cut_hello(SSL_get_wbio(trial.client));
		found->works[TLS_FEATURE_HELLO_FRAGMENTS] = says_hello(&trial);
	}
	openssl_trial_clear(&trial);
}

/* ---- suites ----------------------------------------------------------- */

static uint16_t
suite_chosen(struct lab *lab, struct tls_server *server, const char *offer)
{
	struct trial trial;
	uint16_t suite = 0;

	if (openssl_trial_init(&trial, lab, server, TLS_VERSION_1_2) &&
	    SSL_set_cipher_list(trial.client, offer) == 1 &&
	    openssl_trial_shake(&trial))
		suite = trial.facts.suite;
	openssl_trial_clear(&trial);
	return suite;
}

static void
try_suites(struct lab *lab, struct findings *found)
{
	static const uint16_t suites[] = { 0xc02b, 0xc02c };
	struct tls_config config = lab->lenient_config;
	struct tls_server *server;
	struct tls_error err;

	found->works[TLS_FEATURE_CLIENT_PREFERENCE] =
	    suite_chosen(lab, lab->lenient, "ECDHE-ECDSA-AES128-GCM-SHA256:"
	    "ECDHE-ECDSA-AES256-GCM-SHA384") == 0xc02b &&
	    suite_chosen(lab, lab->lenient, "ECDHE-ECDSA-AES256-GCM-SHA384:"
	    "ECDHE-ECDSA-AES128-GCM-SHA256") == 0xc02c;
	config.suites = suites;
	config.num_suites = 2;
	config.server_preference = true;
	server = openssl_server_open(&config, &err);
	found->works[TLS_FEATURE_SERVER_PREFERENCE] =
	    found->works[TLS_FEATURE_CIPHER_LIST] =
	    suite_chosen(lab, server, "ECDHE-ECDSA-AES128-SHA:"
	    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256") ==
	    0xc02b;
	openssl_server_close(server);
}

/* ---- identities ------------------------------------------------------- */

/* The identity used where the client knows no other signatures, or -1. */
static int
identity_chosen(struct lab *lab, const char *signatures)
{
	struct trial trial;
	int identity = -1;

	if (openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_2) &&
	    SSL_set1_sigalgs_list(trial.client, signatures) == 1 &&
	    openssl_trial_shake(&trial))
		identity = trial.facts.identity;
	openssl_trial_clear(&trial);
	return identity;
}

/* RSA keys take long to make, so only the parts are looked for. */
static bool
has_rsa(void)
{
	EVP_KEYMGMT *keys = EVP_KEYMGMT_fetch(NULL, "RSA", NULL);
	EVP_SIGNATURE *signature = EVP_SIGNATURE_fetch(NULL, "RSA", NULL);
	bool has = keys && signature;

	EVP_KEYMGMT_free(keys);
	EVP_SIGNATURE_free(signature);
	return has;
}

static bool
opens_key(struct lab *lab)
{
	struct tls_config config = lab->lenient_config;
	struct tls_identity identity = lab->identities[0];
	BIO *bio = BIO_new(BIO_s_mem());
	struct tls_server *server = NULL;
	struct tls_error err;
	char *der;

	if (bio && i2d_PKCS8PrivateKey_bio(bio, lab->p256.pkey,
	    EVP_aes_256_cbc(), "secret", 6, NULL, NULL) == 1) {
		identity.key.len = (size_t)BIO_get_mem_data(bio, &der);
		identity.key.data = (const uint8_t *)der;
		identity.pass = "secret";
		config.identities = &identity;
		config.num_identities = 1;
		server = openssl_server_open(&config, &err);
	}
	BIO_free(bio);
	openssl_server_close(server);
	return server;
}

static void
try_identities(struct lab *lab, struct findings *found)
{
	int ecdsa = identity_chosen(lab, "ECDSA+SHA256");
	int eddsa = identity_chosen(lab, "ed25519");

	found->works[TLS_FEATURE_KEY_RSA] = has_rsa();
	found->works[TLS_FEATURE_KEY_ECDSA] = ecdsa == 0;
	found->works[TLS_FEATURE_KEY_EDDSA] = eddsa == 1;
	found->works[TLS_FEATURE_IDENTITIES] = ecdsa == 0 && eddsa == 1;
	found->works[TLS_FEATURE_KEY_ENCRYPTED] = opens_key(lab);
}

/* ---- a conversation --------------------------------------------------- */

static void
try_tells(struct lab *lab, struct findings *found)
{
	static const uint8_t offer[] = { 1, 'x', 1, 'y' };
	struct trial trial;

	if (openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_2) &&
	    openssl_use_certificate(&trial) &&
	    SSL_set_alpn_protos(trial.client, offer, sizeof offer) == 0) {
		trial.alpn = (struct tls_span){ &offer[3], 1 };
		trial.witness.host.wants = TLS_WANTS_STATES |
		    TLS_WANTS_MESSAGES | TLS_WANTS_SECRETS;
		openssl_trial_shake(&trial);
	}
	found->works[TLS_FEATURE_CLIENT_CERTIFICATE] =
	    trial.facts.num_peer_chain == 1;
	found->works[TLS_FEATURE_VERIFY_STEPS] = trial.witness.steps == 1;
	found->works[TLS_FEATURE_ALPN] = trial.facts.alpn.len == 1 &&
	    trial.facts.alpn.data[0] == offer[3];
	found->works[TLS_FEATURE_STATES] = trial.witness.states > 0;
	found->works[TLS_FEATURE_MESSAGES] = trial.witness.messages > 0;
	found->works[TLS_FEATURE_SECRETS] = trial.witness.secrets > 0;
	openssl_trial_clear(&trial);
}

/* ---- resumption ------------------------------------------------------- */

/* Whether the second of two connections resumes the first. */
static bool
resumes(struct lab *lab, uint16_t version, bool ticket)
{
	struct trial trial;
	SSL_SESSION *session = NULL;
	bool works = true;

	for (int i = 0; i < 2 && works; i++) {
		works = openssl_trial_init(&trial, lab, lab->lenient,
		    version);
		if (works && !ticket)
			SSL_set_options(trial.client, SSL_OP_NO_TICKET);
		if (works && session)
			SSL_set_session(trial.client, session);
		SSL_SESSION_free(session);
		session = NULL;
		works = works && openssl_trial_shake(&trial) &&
		    openssl_trial_talk(&trial) && trial.facts.resumed ==
		    (i == 0 ? TLS_NO : TLS_YES);
		if (works)
			session = SSL_get1_session(trial.client);
		openssl_trial_clear(&trial);
	}
	SSL_SESSION_free(session);
	return works;
}

static void
try_resumption(struct lab *lab, struct findings *found)
{
	found->works[TLS_FEATURE_TICKETS] =
	    resumes(lab, TLS_VERSION_1_2, true);
	found->works[TLS_FEATURE_TICKETS_TLS1_3] =
	    resumes(lab, TLS_VERSION_1_3, true);
	found->works[TLS_FEATURE_SESSION_STORE] =
	    resumes(lab, TLS_VERSION_1_2, false);
}

/* ---- later requests --------------------------------------------------- */

static void
try_renegotiation(struct lab *lab, struct findings *found)
{
	struct tls_error err;
	struct trial trial;

	if (openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_2) &&
	    openssl_trial_shake(&trial) &&
	    openssl_renegotiate(trial.session, false, &err) == TLS_OK &&
	    openssl_trial_talk(&trial))
		found->works[TLS_FEATURE_RENEGOTIATE] =
		    trial.witness.changed == 1;
	if (found->works[TLS_FEATURE_RENEGOTIATE] &&
	    openssl_use_certificate(&trial) &&
	    openssl_renegotiate(trial.session, true, &err) == TLS_OK &&
	    openssl_trial_talk(&trial))
		found->works[TLS_FEATURE_RENEGOTIATE_CERTIFICATE] =
		    trial.facts.num_peer_chain == 1;
	openssl_trial_clear(&trial);
}

static void
try_requests(struct lab *lab, struct findings *found)
{
	struct tls_error err;
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_3);
	if (works)
		SSL_set_post_handshake_auth(trial.client, 1);
	works = works && openssl_trial_shake(&trial);
	found->works[TLS_FEATURE_KEY_UPDATE] = works &&
	    openssl_key_update(trial.session, true, &err) == TLS_OK &&
	    openssl_trial_talk(&trial);
	found->works[TLS_FEATURE_POST_HANDSHAKE_AUTH] = works &&
	    openssl_use_certificate(&trial) &&
	    openssl_ask_certificate(trial.session, &err) == TLS_OK &&
	    openssl_trial_talk(&trial) && trial.facts.num_peer_chain == 1;
	openssl_trial_clear(&trial);
}

static void
try_keys(struct lab *lab, struct findings *found)
{
	struct tls_error err;
	struct tls_key key;

	(void)lab;
	found->works[TLS_FEATURE_MAKE_KEY] = openssl_make_key(TLS_KEY_P256, 0,
	    &key, &err);
}

/* ---- the answers ------------------------------------------------------ */

static bool
speaks(struct lab *lab, struct tls_server *server, uint16_t version)
{
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, lab, server, version) &&
	    openssl_trial_shake(&trial) && trial.facts.version == version;
	openssl_trial_clear(&trial);
	return works;
}

static struct tls_answer
answer_version(struct lab *lab, uint16_t version)
{
	if (speaks(lab, lab->usual, version))
		return (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
	if (speaks(lab, lab->lenient, version))
		return (struct tls_answer){ TLS_SUPPORT_PART,
		    "only with @SECLEVEL=0 in the cipher string" };
	return (struct tls_answer){ TLS_SUPPORT_NONE,
	    version == TLS_VERSION_SSL3 ?
	    "this build of the library was made without it" :
	    "this build of the library refuses it" };
}

/* A member of the contract stands for these, so they cannot be denied. */
static bool
has_member(int feature)
{
	return feature == TLS_FEATURE_RENEGOTIATE ||
	    feature == TLS_FEATURE_POST_HANDSHAKE_AUTH ||
	    feature == TLS_FEATURE_KEY_UPDATE ||
	    feature == TLS_FEATURE_RANDOM_SEED ||
	    feature == TLS_FEATURE_KEY_PKCS12 ||
	    feature == TLS_FEATURE_MAKE_KEY ||
	    feature == TLS_FEATURE_EXPORTER;
}

static void (*const experiments[])(struct lab *, struct findings *) = {
	try_sslv2_hello,
	try_fragments,
	try_suites,
	try_identities,
	try_tells,
	try_resumption,
	try_renegotiation,
	try_requests,
	try_keys,
	openssl_try_lists,
	openssl_try_psk,
	openssl_try_anonymous,
	openssl_try_extensions,
	openssl_try_sessions,
	openssl_try_the_rest,
};

/* What works, but not for all that a user may think of. */
static const struct {
	enum tls_feature feature;
	const char *note;
} caveats[] = {
	{ TLS_FEATURE_GROUPS, "not for DHE up to TLS 1.2, whose group is "
	  "that of -dhparam" },
	{ TLS_FEATURE_WORKAROUNDS, "few are left, and they switch off the "
	  "empty fragments that protect CBC suites of TLS 1.0" },
	{ TLS_FEATURE_PSK, "identities of at most 256 bytes, none of them "
	  "zero" },
	{ TLS_FEATURE_KEY_URI, "a pkcs11: URI needs a provider or an engine "
	  "for it, named by -engine" },
#if !OPENSSL_HAS_ENGINES
	{ TLS_FEATURE_ENGINE, "providers alone, for this build of the "
	  "library has no engines" },
#endif
};

static void
add_caveats(struct tls_answer answers[TLS_FEATURE_COUNT])
{
	for (size_t i = 0; i < sizeof caveats / sizeof *caveats; i++)
		if (answers[caveats[i].feature].support == TLS_SUPPORT_FULL)
			answers[caveats[i].feature] = (struct tls_answer){
			    TLS_SUPPORT_PART, caveats[i].note };
}

static void
answer_all(struct lab *lab, struct tls_answer answers[TLS_FEATURE_COUNT])
{
	struct findings found = { { false } };

	for (size_t i = 0; i < sizeof experiments / sizeof *experiments; i++)
		experiments[i](lab, &found);
	for (int i = TLS_FEATURE_EXPORTER; i < TLS_FEATURE_DATAGRAMS; i++)
		found.works[i] = true;
	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		answers[i] = (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
		if (!found.works[i])
			answers[i] = (struct tls_answer){ has_member(i) ?
			    TLS_SUPPORT_PART : TLS_SUPPORT_NONE,
			    "this build of the library failed when it was "
			    "tried" };
	}
	add_caveats(answers);
	answers[TLS_FEATURE_SSL2] = (struct tls_answer){ TLS_SUPPORT_NONE,
	    "this library gave it up with its version 1.1.0" };
	answers[TLS_FEATURE_SSL3] = answer_version(lab, TLS_VERSION_SSL3);
	answers[TLS_FEATURE_TLS1] = answer_version(lab, TLS_VERSION_1_0);
	answers[TLS_FEATURE_TLS1_1] = answer_version(lab, TLS_VERSION_1_1);
	answers[TLS_FEATURE_TLS1_2] = answer_version(lab, TLS_VERSION_1_2);
	answers[TLS_FEATURE_TLS1_3] = answer_version(lab, TLS_VERSION_1_3);
	for (int i = TLS_FEATURE_DATAGRAMS; i <= TLS_FEATURE_ECH; i++)
		answers[i] = (struct tls_answer){ TLS_SUPPORT_NONE,
		    "this backend does not do it yet" };
}

/* The library starts without the system's openssl.cnf: what is compared are
 * libraries, not configurations, and reading files is not for a backend.  Its
 * own clean-up at exit is left out, since other threads may still be using
 * it then. */
bool
openssl_start(struct tls_error *err)
{
	return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_SSL_STRINGS |
	    OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL) == 1 ||
	    openssl_explain(err, TLS_BLAME_LIBRARY, "start");
}

struct tls_probe {
	struct tls_answer answers[TLS_FEATURE_COUNT];
};

struct tls_probe *
openssl_probe_open(struct tls_error *err)
{
	struct tls_probe *probe = OPENSSL_zalloc(sizeof *probe);
	struct lab lab;

	if (probe && openssl_lab_init(&lab, err)) {
		answer_all(&lab, probe->answers);
	} else {
		OPENSSL_free(probe);
		probe = NULL;
	}
	openssl_lab_clear(&lab);
	openssl_forgive();
	return probe;
}

void
openssl_probe_close(struct tls_probe *probe)
{
	OPENSSL_free(probe);
}

struct tls_answer
openssl_answer(struct tls_probe *probe, enum tls_feature feature)
{
	return probe->answers[feature];
}
