/* try_requests.c - experiments: after a handshake, and without one
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/pkcs12.h>
#include <string.h>

/* ---- resumption ------------------------------------------------------- */

/* Whether the second of two connections resumes the first. */
static bool
resumes(struct tls_probe *probe, uint16_t version, bool ticket,
    unsigned *num_tickets)
{
	struct trial trial;
	bool works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), version);

	*num_tickets = 0;
	for (int i = 0; i < 2 && works; i++) {
		if (!ticket)
			SSL_set_options(trial.client, SSL_OP_NO_TICKET);
		works = openssl_trial_shake(&trial) &&
		    openssl_trial_talk(&trial) && trial.facts.resumed ==
		    (i == 0 ? TLS_NO : TLS_YES);
		if (i == 0) {
			*num_tickets = trial.num_sessions;
			works = works && openssl_trial_resume(&trial);
		}
	}
	openssl_trial_clear(&trial);
	return works;
}

void
openssl_try_resumption(struct tls_probe *probe)
{
	unsigned num;
	bool tickets = resumes(probe, TLS_VERSION_1_2, true, &num);
	bool stored = resumes(probe, TLS_VERSION_1_2, false, &num);
	bool later = resumes(probe, TLS_VERSION_1_3, true, &num);

	common_probe_found(probe, TLS_FEATURE_TICKETS, tickets);
	common_probe_found(probe, TLS_FEATURE_TICKETS_TLS1_3, later);
	common_probe_found(probe, TLS_FEATURE_SESSION_STORE, stored);
	common_probe_found(probe, TLS_FEATURE_FACT_RESUMED,
	    tickets || stored || later);
	common_probe_found(probe, TLS_FEATURE_NUM_TICKETS,
	    num == probe->configs[LAB_LENIENT].num_tickets);
}

/* ---- requests --------------------------------------------------------- */

void
openssl_try_renegotiation(struct tls_probe *probe)
{
	struct trial trial;
	bool works, again;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_2) &&
	    openssl_trial_shake(&trial) && openssl_renegotiate(trial.session,
	    false, &trial.err) == TLS_OK && openssl_trial_talk(&trial) &&
	    trial.witness.changed == 1;
	again = works && openssl_trial_certify(&trial) &&
	    openssl_renegotiate(trial.session, true, &trial.err) == TLS_OK &&
	    openssl_trial_talk(&trial) && trial.facts.num_peer_chain == 1;
	common_probe_member(probe, TLS_FEATURE_RENEGOTIATE, works,
	    OPENSSL_TRIAL_FAILED);
	common_probe_found(probe, TLS_FEATURE_RENEGOTIATE_CERTIFICATE, again);
	openssl_trial_clear(&trial);
}

void
openssl_try_requests(struct tls_probe *probe)
{
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_3);
	if (works)
		SSL_set_post_handshake_auth(trial.client, 1);
	works = works && openssl_trial_shake(&trial);
	common_probe_member(probe, TLS_FEATURE_KEY_UPDATE, works &&
	    openssl_key_update(trial.session, true, &trial.err) == TLS_OK &&
	    openssl_trial_talk(&trial),
	    OPENSSL_TRIAL_FAILED);
	common_probe_member(probe, TLS_FEATURE_POST_HANDSHAKE_AUTH, works &&
	    openssl_trial_certify(&trial) && openssl_ask_certificate(
	    trial.session, &trial.err) == TLS_OK &&
	    openssl_trial_talk(&trial) && trial.facts.num_peer_chain == 1,
	    OPENSSL_TRIAL_FAILED);
	openssl_trial_clear(&trial);
}

/* ---- without a connection --------------------------------------------- */

struct counting_bag {
	struct tls_bag bag;		/* first */
	unsigned keys, certificates;
};

static void
count_certificate(struct tls_bag *bag, struct tls_span der)
{
	(void)der;
	((struct counting_bag *)bag)->certificates++;
}

static void
count_key(struct tls_bag *bag, struct tls_span der)
{
	(void)der;
	((struct counting_bag *)bag)->keys++;
}

void
openssl_try_pkcs12(struct tls_probe *probe)
{
	const struct lab_identity *own = openssl_lab_identity(probe, LAB_P256);
	struct counting_bag bag = { { count_certificate, count_key }, 0, 0 };
	PKCS12 *p12 = own ? PKCS12_create("secret", NULL, own->pkey,
	    own->cert, NULL, 0, 0, 1, 1, 0) : NULL;
	unsigned char *der = NULL;
	int len = i2d_PKCS12(p12, &der);
	bool wants_pass;
	struct tls_error err;

	common_probe_member(probe, TLS_FEATURE_KEY_PKCS12, len > 0 &&
	    openssl_unpack((struct tls_span){ der, (size_t)len }, "secret",
	    &bag.bag, &wants_pass, &err) && bag.keys == 1 &&
	    bag.certificates == 1,
	    OPENSSL_TRIAL_FAILED);
	OPENSSL_free(der);
	PKCS12_free(p12);
}

void
openssl_try_seed(struct tls_probe *probe)
{
	static const uint8_t bytes[16] = { 1 };
	struct tls_error err;

	common_probe_member(probe, TLS_FEATURE_RANDOM_SEED,
	    openssl_seed(openssl_lab_server(probe, LAB_CHEAP),
	    (struct tls_span){ bytes, sizeof bytes }, &err),
	    OPENSSL_TRIAL_FAILED);
}

/* ---- primitives ------------------------------------------------------- */

static const struct tls_span text = { (const uint8_t *)"abc", 3 };

/* Whether the hash of the text begins with that (FIPS 180-4's examples). */
static bool
hashes(enum tls_digest kind, const char *begin)
{
	uint8_t out[TLS_DIGEST_MAX_LEN];

	return openssl_primitives.digest(kind, text, out) &&
	    !memcmp(out, begin, 4);
}

void
openssl_try_digests(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_DIGEST_SHA1,
	    hashes(TLS_DIGEST_SHA1, "\xa9\x99\x3e\x36"));
	common_probe_found(probe, TLS_FEATURE_DIGEST_SHA2,
	    hashes(TLS_DIGEST_SHA256, "\xba\x78\x16\xbf") &&
	    hashes(TLS_DIGEST_SHA384, "\xcb\x00\x75\x3f") &&
	    hashes(TLS_DIGEST_SHA512, "\xdd\xaf\x35\xa1"));
}

/* Whether `key` signs, and its signature is then found to be right. */
static bool
signs(const struct tls_key *key, enum tls_scheme scheme)
{
	uint8_t signature[TLS_KEY_MAX_LEN];
	size_t len;
	struct tls_error err;

	return openssl_primitives.sign((struct tls_span){ key->der,
	    key->der_len }, scheme, text, signature, &len, &err) &&
	    openssl_primitives.check((struct tls_span){ key->spki,
	    key->spki_len }, scheme, text, (struct tls_span){ signature,
	    len }, &err);
}

static bool
makes(enum tls_key_kind kind, enum tls_scheme scheme)
{
	struct tls_key key;
	struct tls_error err;
	bool works = openssl_primitives.make_key(kind, 0, &key, &err) &&
	    signs(&key, scheme);

	OPENSSL_cleanse(&key, sizeof key);
	return works;
}

void
openssl_try_keys(struct tls_probe *probe)
{
	bool p256 = makes(TLS_KEY_P256, TLS_SCHEME_ECDSA_P256_SHA256);

	common_probe_member(probe, TLS_FEATURE_MAKE_KEY, p256,
	    OPENSSL_TRIAL_FAILED);
	common_probe_found(probe, TLS_FEATURE_CHECK_SIGNATURE, p256);
	common_probe_found(probe, TLS_FEATURE_MAKE_P256, p256);
	common_probe_found(probe, TLS_FEATURE_MAKE_P384,
	    makes(TLS_KEY_P384, TLS_SCHEME_ECDSA_P384_SHA384));
	common_probe_found(probe, TLS_FEATURE_MAKE_P521,
	    makes(TLS_KEY_P521, TLS_SCHEME_ECDSA_P521_SHA512));
	common_probe_found(probe, TLS_FEATURE_MAKE_ED25519,
	    makes(TLS_KEY_ED25519, TLS_SCHEME_ED25519));
}

void
openssl_try_rsa_signatures(struct tls_probe *probe)
{
	struct tls_key key;
	struct tls_error err;
	bool made = openssl_primitives.make_key(TLS_KEY_RSA, 1024, &key,
	    &err);

	common_probe_found(probe, TLS_FEATURE_MAKE_RSA,
	    made && signs(&key, TLS_SCHEME_RSA_SHA256));
	common_probe_found(probe, TLS_FEATURE_SIGN_SHA1,
	    made && signs(&key, TLS_SCHEME_RSA_SHA1));
	common_probe_found(probe, TLS_FEATURE_SIGN_RSA_PSS,
	    made && signs(&key, TLS_SCHEME_RSA_PSS_SHA256));
	OPENSSL_cleanse(&key, sizeof key);
}
