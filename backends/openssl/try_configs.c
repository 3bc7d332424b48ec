/* try_configs.c - experiments: what a config can ask for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/store.h>
#include <string.h>

/* ---- suites ----------------------------------------------------------- */

static uint16_t
suite_chosen(struct tls_probe *probe, struct tls_server *server,
    const char *offer)
{
	struct trial trial;
	uint16_t suite = 0;

	if (openssl_trial_init(&trial, probe, server, TLS_VERSION_1_2) &&
	    SSL_set_cipher_list(trial.client, offer) == 1 &&
	    openssl_trial_shake(&trial))
		suite = trial.facts.suite;
	openssl_trial_clear(&trial);
	return suite;
}

void
openssl_try_preferences(struct tls_probe *probe)
{
	static const uint16_t suites[] = { 0xc02b, 0xc02c };
	struct tls_server *server = openssl_lab_server(probe, LAB_LENIENT);
	struct tls_config config = probe->configs[LAB_LENIENT];
	struct tls_error err;
	bool works;

	common_probe_found(probe, TLS_FEATURE_CLIENT_PREFERENCE,
	    suite_chosen(probe, server, "ECDHE-ECDSA-AES128-GCM-SHA256:"
	    "ECDHE-ECDSA-AES256-GCM-SHA384") == 0xc02b &&
	    suite_chosen(probe, server, "ECDHE-ECDSA-AES256-GCM-SHA384:"
	    "ECDHE-ECDSA-AES128-GCM-SHA256") == 0xc02c);
	config.suites = suites;
	config.num_suites = 2;
	config.server_preference = true;
	server = openssl_server_open(&config, &err);
	works = suite_chosen(probe, server, "ECDHE-ECDSA-AES128-SHA:"
	    "ECDHE-ECDSA-AES256-GCM-SHA384:"
	    "ECDHE-ECDSA-AES128-GCM-SHA256") == 0xc02b;
	common_probe_found(probe, TLS_FEATURE_SERVER_PREFERENCE, works);
	common_probe_found(probe, TLS_FEATURE_CIPHER_LIST, works);
	openssl_server_close(server);
}

void
openssl_try_anonymous(struct tls_probe *probe)
{
	struct tls_server *server = openssl_lab_server(probe, LAB_ANONYMOUS);
	struct trial trial;
	EVP_PKEY *key = NULL;

	common_probe_found(probe, TLS_FEATURE_ANONYMOUS,
	    openssl_trial_init(&trial, probe, server, TLS_VERSION_1_2) &&
	    SSL_set_cipher_list(trial.client, "AECDH") == 1 &&
	    openssl_trial_shake(&trial) && trial.facts.identity < 0);
	openssl_trial_clear(&trial);
	common_probe_found(probe, TLS_FEATURE_DH_PARAMETERS,
	    openssl_trial_init(&trial, probe, server, TLS_VERSION_1_2) &&
	    SSL_set_cipher_list(trial.client, "ADH") == 1 &&
	    openssl_trial_shake(&trial) &&
	    SSL_get_peer_tmp_key(trial.client, &key) == 1 &&
	    EVP_PKEY_get_bits(key) == LAB_DH_BITS);
	EVP_PKEY_free(key);
	openssl_trial_clear(&trial);
}

/* ---- lists ------------------------------------------------------------ */

/* The particular server has one group and one signature, and wants another
 * one of clients. */
void
openssl_try_lists(struct tls_probe *probe)
{
	struct tls_server *server = openssl_lab_server(probe, LAB_PARTICULAR);
	const struct tls_config *config = &probe->configs[LAB_PARTICULAR];
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe, server, TLS_VERSION_1_2) &&
	    SSL_set1_groups_list(trial.client, "P-384:P-256") == 1 &&
	    SSL_set1_sigalgs_list(trial.client, "ECDSA+SHA256:"
	    "ECDSA+SHA384") == 1 && openssl_trial_certify(&trial) &&
	    openssl_trial_shake(&trial);
	common_probe_found(probe, TLS_FEATURE_GROUPS,
	    works && trial.facts.group == config->groups[0]);
	common_probe_found(probe, TLS_FEATURE_SIGNATURES,
	    works && trial.facts.signature == config->signatures[0]);
	common_probe_found(probe, TLS_FEATURE_CLIENT_SIGNATURES, works &&
	    trial.facts.peer_signature == config->client_signatures[0]);
	common_probe_found(probe, TLS_FEATURE_CRLS,
	    trial.witness.error == X509_V_ERR_CERT_REVOKED);
	openssl_trial_clear(&trial);
}

/* ---- particulars ------------------------------------------------------ */

void
openssl_try_particulars(struct tls_probe *probe)
{
	struct tls_server *server = openssl_lab_server(probe, LAB_PARTICULAR);
	struct tls_span prefix = probe->configs[LAB_PARTICULAR].id_prefix;
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe, server, TLS_VERSION_1_2);
	if (works)
		SSL_set_options(trial.client, SSL_OP_NO_TICKET);
	works = works && openssl_trial_shake(&trial);
	/* The clients take what they are offered first. */
	common_probe_found(probe, TLS_FEATURE_NPN,
	    works && trial.facts.npn.len == 1);
	common_probe_found(probe, TLS_FEATURE_ID_PREFIX, works &&
	    trial.facts.session_id.len > prefix.len &&
	    !memcmp(trial.facts.session_id.data, prefix.data, prefix.len));
	common_probe_found(probe, TLS_FEATURE_WORKAROUNDS, server &&
	    (SSL_CTX_get_options(server->ctx) & SSL_OP_ALL) == SSL_OP_ALL);
	openssl_trial_clear(&trial);
}

/* ---- keys, engines and providers -------------------------------------- */

/* Whether a server opens with these. */
static bool
opens(struct tls_probe *probe, const struct tls_identity *identity,
    const char *engine)
{
	struct tls_server *server = openssl_lab_server(probe, LAB_LENIENT);
	struct tls_config config = probe->configs[LAB_LENIENT];
	struct tls_error err;

	if (!server)
		return false;
	config.identities = identity;
	config.num_identities = identity ? 1 : 0;
	config.engine = engine;
	server = openssl_server_open(&config, &err);
	openssl_server_close(server);
	return server;
}

void
openssl_try_encrypted_key(struct tls_probe *probe)
{
	const struct lab_identity *own = openssl_lab_identity(probe, LAB_P256);
	struct tls_identity identity;
	BIO *bio = BIO_new(BIO_s_mem());
	bool works;
	char *der;

	works = own && bio && i2d_PKCS8PrivateKey_bio(bio, own->pkey,
	    EVP_aes_256_cbc(), "secret", 6, NULL, NULL) == 1;
	if (works) {
		identity = own->identity;
		identity.key.len = (size_t)BIO_get_mem_data(bio, &der);
		identity.key.data = (const uint8_t *)der;
		identity.pass = "secret";
		works = opens(probe, &identity, NULL);
	}
	BIO_free(bio);
	common_probe_found(probe, TLS_FEATURE_KEY_ENCRYPTED, works);
}

void
openssl_try_engine(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_ENGINE,
	    opens(probe, NULL, "default"));
}

/* What a URI names is not here to be opened; what opens it is. */
void
openssl_try_uri(struct tls_probe *probe)
{
	OSSL_STORE_LOADER *loader = OSSL_STORE_LOADER_fetch(NULL, "file",
	    NULL);

	OSSL_STORE_LOADER_free(loader);
	common_probe_found(probe, TLS_FEATURE_KEY_URI, loader);
}

/* ---- the library's own choices ----------------------------------------- */

void
openssl_try_native(struct tls_probe *probe)
{
	struct tls_config config = {
		.versions = TLS_VERSION_BIT(TLS_VERSION_1_2) |
		    TLS_VERSION_BIT(TLS_VERSION_1_3),
		.security_level = -1,
		.num_tickets = TLS_TICKETS_OWN,
		.native = true,
	};
	struct tls_server *server = NULL;
	struct tls_error err;
	struct trial trial;

	if (openssl_lab_server(probe, LAB_USUAL)) {
		config.identities = probe->configs[LAB_USUAL].identities;
		config.num_identities = 1;
		server = openssl_server_open(&config, &err);
	}
	common_probe_found(probe, TLS_FEATURE_NATIVE, server &&
	    openssl_trial_init(&trial, probe, server, TLS_VERSION_1_3) &&
	    openssl_trial_shake(&trial));
	if (server)
		openssl_trial_clear(&trial);
	openssl_server_close(server);
}

/* The library takes such a certificate where it knows the signatures. */
void
openssl_try_mldsa(struct tls_probe *probe)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	common_probe_found(probe, TLS_FEATURE_KEY_MLDSA, ctx &&
	    SSL_CTX_set1_sigalgs_list(ctx, "mldsa44:mldsa65:mldsa87") == 1);
	SSL_CTX_free(ctx);
}
