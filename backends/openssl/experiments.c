/* experiments.c - more trials: what a config can ask for beyond a handshake
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/pkcs12.h>
#include <openssl/store.h>
#include <string.h>

/* ---- lists ------------------------------------------------------------ */

/* The particular server has one group and one signature, and wants another
 * one of clients. */
void
openssl_try_lists(struct lab *lab, struct findings *found)
{
	struct trial trial;

	if (openssl_trial_init(&trial, lab, lab->particular,
	    TLS_VERSION_1_2) &&
	    SSL_set1_groups_list(trial.client, "P-384:P-256") == 1 &&
	    SSL_set1_sigalgs_list(trial.client, "ECDSA+SHA256:"
	    "ECDSA+SHA384") == 1 && openssl_use_certificate(&trial) &&
	    openssl_trial_shake(&trial)) {
		found->works[TLS_FEATURE_GROUPS] =
		    trial.facts.group == lab->particular_config.groups[0];
		found->works[TLS_FEATURE_SIGNATURES] = trial.facts.signature ==
		    lab->particular_config.signatures[0];
		found->works[TLS_FEATURE_CLIENT_SIGNATURES] =
		    trial.facts.peer_signature ==
		    lab->particular_config.client_signatures[0];
	}
	found->works[TLS_FEATURE_CRLS] =
	    trial.witness.error == X509_V_ERR_CERT_REVOKED;
	openssl_trial_clear(&trial);
}

/* ---- keys without certificates ---------------------------------------- */

/* What the particular server agrees to with a key under `identity`, or 0. */
static uint16_t
shake_with_key(struct lab *lab, uint16_t version, const char *identity)
{
	struct trial trial;
	uint16_t suite = 0;

	if (openssl_trial_init(&trial, lab, lab->particular, version) &&
	    SSL_set_cipher_list(trial.client, "PSK") == 1) {
		trial.psk_identity = identity;
		SSL_set_psk_client_callback(trial.client,
		    openssl_trial_psk);
		if (openssl_trial_shake(&trial) &&
		    trial.facts.psk_identity.len == strlen(identity) &&
		    trial.facts.resumed == TLS_NO)
			suite = trial.facts.suite;
	}
	lab->hinted = trial.hinted;
	openssl_trial_clear(&trial);
	return suite;
}

void
openssl_try_psk(struct lab *lab, struct findings *found)
{
	found->works[TLS_FEATURE_PSK] =
	    shake_with_key(lab, TLS_VERSION_1_2, LAB_PSK_IDENTITY) &&
	    !shake_with_key(lab, TLS_VERSION_1_2, LAB_PSK_STRANGER);
	found->works[TLS_FEATURE_PSK_HINT] = lab->hinted;
	found->works[TLS_FEATURE_PSK_TLS1_3] =
	    shake_with_key(lab, TLS_VERSION_1_3, LAB_PSK_IDENTITY) &&
	    !shake_with_key(lab, TLS_VERSION_1_3, LAB_PSK_STRANGER);
}

void
openssl_try_anonymous(struct lab *lab, struct findings *found)
{
	struct trial trial;
	EVP_PKEY *key = NULL;

	if (openssl_trial_init(&trial, lab, lab->anonymous, TLS_VERSION_1_2) &&
	    SSL_set_cipher_list(trial.client, "aNULL") == 1)
		found->works[TLS_FEATURE_ANONYMOUS] =
		    openssl_trial_shake(&trial) && trial.facts.identity < 0;
	openssl_trial_clear(&trial);
	if (openssl_trial_init(&trial, lab, lab->anonymous, TLS_VERSION_1_2) &&
	    SSL_set_cipher_list(trial.client, "ADH") == 1 &&
	    openssl_trial_shake(&trial) &&
	    SSL_get_peer_tmp_key(trial.client, &key) == 1)
		found->works[TLS_FEATURE_DH_PARAMETERS] =
		    EVP_PKEY_get_bits(key) == LAB_DH_BITS;
	EVP_PKEY_free(key);
	openssl_trial_clear(&trial);
}

/* ---- extensions ------------------------------------------------------- */

static bool
staples(struct lab *lab, uint16_t version)
{
	static const uint8_t response[] = "any bytes will do";
	const struct tls_span list[] = {
		{ response, sizeof response }, { response, sizeof response },
	};
	const unsigned char *got;
	struct trial trial;
	bool works = false;

	if (openssl_trial_init(&trial, lab, lab->lenient, version) &&
	    SSL_set_tlsext_status_type(trial.client,
	    TLSEXT_STATUSTYPE_ocsp) == 1) {
		trial.status = list;
		works = openssl_trial_shake(&trial) &&
		    SSL_get_tlsext_status_ocsp_resp(trial.client, &got) ==
		    sizeof response && !memcmp(got, response, sizeof response);
	}
	openssl_trial_clear(&trial);
	return works;
}

void
openssl_try_extensions(struct lab *lab, struct findings *found)
{
	struct trial trial;

	found->works[TLS_FEATURE_STATUS] = staples(lab, TLS_VERSION_1_2);
	found->works[TLS_FEATURE_STATUS_TLS1_3] =
	    staples(lab, TLS_VERSION_1_3);
	/* The clients take what they are offered first. */
	if (openssl_trial_init(&trial, lab, lab->particular, TLS_VERSION_1_2))
		found->works[TLS_FEATURE_NPN] = openssl_trial_shake(&trial) &&
		    trial.facts.npn.len == 1;
	openssl_trial_clear(&trial);
}

/* ---- sessions --------------------------------------------------------- */

void
openssl_try_sessions(struct lab *lab, struct findings *found)
{
	const struct tls_span prefix = lab->particular_config.id_prefix;
	struct trial trial;

	if (openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_3))
		found->works[TLS_FEATURE_NUM_TICKETS] =
		    openssl_trial_shake(&trial) &&
		    openssl_trial_talk(&trial) &&
		    trial.num_sessions == lab->lenient_config.num_tickets;
	openssl_trial_clear(&trial);
	if (openssl_trial_init(&trial, lab, lab->particular,
	    TLS_VERSION_1_2)) {
		SSL_set_options(trial.client, SSL_OP_NO_TICKET);
		found->works[TLS_FEATURE_ID_PREFIX] =
		    openssl_trial_shake(&trial) &&
		    trial.facts.session_id.len > prefix.len &&
		    !memcmp(trial.facts.session_id.data, prefix.data,
		    prefix.len);
	}
	openssl_trial_clear(&trial);
}

/* ---- what needs no connection ----------------------------------------- */

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

static bool
unpacks(struct lab *lab)
{
	struct counting_bag bag = { { count_certificate, count_key }, 0, 0 };
	PKCS12 *p12 = PKCS12_create("secret", NULL, lab->p256.pkey,
	    lab->p256.cert, NULL, 0, 0, 0, 0, 0);
	unsigned char *der = NULL;
	int len = i2d_PKCS12(p12, &der);
	bool works, wants_pass;
	struct tls_error err;

	works = len > 0 && openssl_unpack((struct tls_span){ der, (size_t)len },
	    "secret", &bag.bag, &wants_pass, &err) &&
	    bag.keys == 1 && bag.certificates == 1;
	OPENSSL_free(der);
	PKCS12_free(p12);
	return works;
}

static bool
has_loaders(void)
{
	OSSL_STORE_LOADER *loader = OSSL_STORE_LOADER_fetch(NULL, "file",
	    NULL);

	OSSL_STORE_LOADER_free(loader);
	return loader;
}

static bool
loads_providers(struct lab *lab)
{
	struct tls_config config = lab->usual_config;
	struct tls_server *server;
	struct tls_error err;

	config.engine = "default";
	server = openssl_server_open(&config, &err);
	openssl_server_close(server);
	return server;
}

void
openssl_try_the_rest(struct lab *lab, struct findings *found)
{
	struct tls_span bytes = { lab->ticket_key, sizeof lab->ticket_key };
	struct tls_error err;

	found->works[TLS_FEATURE_WORKAROUNDS] = lab->particular &&
	    (SSL_CTX_get_options(lab->particular->ctx) & SSL_OP_ALL) ==
	    SSL_OP_ALL;
	found->works[TLS_FEATURE_KEY_PKCS12] = unpacks(lab);
	found->works[TLS_FEATURE_KEY_URI] = has_loaders();
	found->works[TLS_FEATURE_ENGINE] = loads_providers(lab);
	found->works[TLS_FEATURE_RANDOM_SEED] =
	    openssl_seed(lab->lenient, bytes, &err);
}
