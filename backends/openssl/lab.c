/* lab.c - what trials share: certificates, servers and a client's context
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <string.h>

/* ---- identities ------------------------------------------------------- */

static bool
make_cert(struct lab_identity *made)
{
	X509 *cert = made->cert = X509_new();
	X509_NAME *name = cert ? X509_get_subject_name(cert) : NULL;
	const EVP_MD *md = EVP_PKEY_is_a(made->pkey, "ED25519") ? NULL :
	    EVP_sha256();

	return name && X509_set_version(cert, X509_VERSION_3) &&
	    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"probe", -1, -1, 0) &&
	    X509_set_issuer_name(cert, name) &&
	    ASN1_TIME_set(X509_getm_notBefore(cert), 0) &&
	    ASN1_TIME_set(X509_getm_notAfter(cert), 2 * 86400) &&
	    X509_set_pubkey(cert, made->pkey) &&
	    X509_sign(cert, made->pkey, md) > 0;
}

static bool
make_identity(struct lab_identity *made, enum lab_key key)
{
	uint8_t *at = made->key, *der = made->der;
	int key_len, der_len;

	made->pkey = key == LAB_RSA ?
	    EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024) :
	    key == LAB_P256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256") :
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!made->pkey || !make_cert(made) ||
	    i2d_PrivateKey(made->pkey, NULL) > LAB_MAX_LEN ||
	    i2d_X509(made->cert, NULL) > LAB_MAX_LEN)
		return false;
	key_len = i2d_PrivateKey(made->pkey, &at);
	der_len = i2d_X509(made->cert, &der);
	if (key_len <= 0 || der_len <= 0)
		return false;
	made->chain = (struct tls_span){ made->der, (size_t)der_len };
	made->identity = (struct tls_identity){
		.chain = &made->chain,
		.num_chain = 1,
		.key = { made->key, (size_t)key_len },
		.cert_origin = "the probe's certificate",
		.key_origin = "the probe's key",
	};
	return true;
}

const struct lab_identity *
openssl_lab_identity(struct tls_probe *probe, enum lab_key key)
{
	struct lab_identity *identity = &probe->keys[key];

	if (!identity->made) {
		identity->made = true;
		identity->works = make_identity(identity, key);
		openssl_clear_errors();
	}
	return identity->works ? identity : NULL;
}

/* ---- servers ---------------------------------------------------------- */

/* That the P-256 certificate has been revoked by itself. */
static bool
make_crl(struct tls_probe *probe)
{
	const struct lab_identity *by = openssl_lab_identity(probe, LAB_P256);
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_TIME *start = ASN1_TIME_set(NULL, 0);
	ASN1_TIME *end = ASN1_TIME_set(NULL, 2 * 86400);
	int len = 0;

	if (by && crl && revoked && start && end &&
	    X509_REVOKED_set_serialNumber(revoked,
	    X509_get_serialNumber(by->cert)) == 1 &&
	    X509_REVOKED_set_revocationDate(revoked, start) == 1 &&
	    X509_CRL_add0_revoked(crl, revoked) == 1) {
		revoked = NULL;
		if (X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
		    X509_CRL_set_issuer_name(crl,
		    X509_get_subject_name(by->cert)) &&
		    X509_CRL_set1_lastUpdate(crl, start) &&
		    X509_CRL_set1_nextUpdate(crl, end) &&
		    X509_CRL_sign(crl, by->pkey, EVP_sha256()) > 0)
			len = i2d_X509_CRL(crl, &probe->crl);
	}
	X509_REVOKED_free(revoked);
	ASN1_TIME_free(start);
	ASN1_TIME_free(end);
	X509_CRL_free(crl);
	probe->crl_span = (struct tls_span){ probe->crl,
	    len > 0 ? (size_t)len : 0 };
	return len > 0;
}

static void
add_identities(struct tls_probe *probe, struct tls_config *config)
{
	const struct lab_identity *own;

	config->identities = probe->identities;
	for (enum lab_key key = LAB_P256; key <= LAB_ED25519; key++) {
		own = openssl_lab_identity(probe, key);
		if (own)
			probe->identities[config->num_identities++] =
			    own->identity;
	}
}

static void
add_rsa(struct tls_probe *probe, struct tls_config *config)
{
	const struct lab_identity *own = openssl_lab_identity(probe, LAB_RSA);

	config->identities = own ? &own->identity : NULL;
	config->num_identities = own ? 1 : 0;
}

static void
add_suites(struct tls_probe *probe, struct tls_config *config)
{
	if (!probe->num_suites)
		probe->num_suites = openssl_suites(probe->suites,
		    LAB_MAX_SUITES);
	config->suites = probe->suites;
	config->num_suites = probe->num_suites < LAB_MAX_SUITES ?
	    probe->num_suites : LAB_MAX_SUITES;
}

static void
make_lenient(struct tls_probe *probe, struct tls_config *config)
{
	static const uint8_t ticket_key[TLS_TICKET_KEY_LEN] = { 1 };
	const struct lab_identity *root = openssl_lab_identity(probe,
	    LAB_P256);

	config->security_level = 0;
	config->peer_certificate = TLS_PEER_ASK;
	config->roots = root ? &root->chain : NULL;
	config->num_roots = root ? 1 : 0;
	config->session_store = true;
	config->ticket_key = (struct tls_span){ ticket_key,
	    sizeof ticket_key };
}

static void
make_particular(struct tls_probe *probe, struct tls_config *config)
{
	static const uint16_t groups[] = { 23 };
	static const uint16_t signatures[] = { 0x0503, 0x0403 };
	static const uint8_t npn[] = { 1, 'x' };

	config->groups = groups;
	config->num_groups = 1;
	config->signatures = signatures;
	config->num_signatures = 1;
	config->client_signatures = signatures + 1;
	config->num_client_signatures = 1;
	config->npn = (struct tls_span){ npn, sizeof npn };
	config->psk = true;
	config->psk_hint = config->id_prefix = (struct tls_span){
	    (const uint8_t *)LAB_PSK, 4 };
	config->workarounds = true;
	if (make_crl(probe)) {
		config->crl_check = TLS_CRL_LEAF;
		config->crls = &probe->crl_span;
		config->num_crls = 1;
	}
}

static void
make_anonymous(struct tls_probe *probe, struct tls_config *config)
{
	EVP_PKEY *params = openssl_dh_group("modp_1536");
	int len = i2d_KeyParams(params, &probe->dh);

	EVP_PKEY_free(params);
	config->dh_params = (struct tls_span){ probe->dh,
	    len > 0 ? (size_t)len : 0 };
}

static void
configure(struct tls_probe *probe, enum lab_name name)
{
	static const uint16_t psk_suites[] = { 0x1301, 0x00a8 };
	static const uint16_t retried[] = { 23 };
	struct tls_config *config = &probe->configs[name];

	*config = (struct tls_config){
		.versions = TLS_VERSION_BIT(TLS_VERSION_SSL3) |
		    TLS_VERSION_BIT(TLS_VERSION_1_0) |
		    TLS_VERSION_BIT(TLS_VERSION_1_1) |
		    TLS_VERSION_BIT(TLS_VERSION_1_2) |
		    TLS_VERSION_BIT(TLS_VERSION_1_3),
		.suites = psk_suites,
		.num_suites = 2,
		.security_level = -1,
		.num_tickets = 3,
		.psk = name == LAB_CHEAP,
	};
	if (name == LAB_CHEAP) {
		config->groups = retried;
		config->num_groups = 1;
		return;
	}
	add_suites(probe, config);
	if (name == LAB_RSA_ONLY)
		add_rsa(probe, config);
	else if (name != LAB_ANONYMOUS)
		add_identities(probe, config);
	if (name != LAB_USUAL)
		make_lenient(probe, config);
	if (name == LAB_PARTICULAR)
		make_particular(probe, config);
	if (name == LAB_ANONYMOUS)
		make_anonymous(probe, config);
}

struct tls_server *
openssl_lab_server(struct tls_probe *probe, enum lab_name name)
{
	struct tls_error err;

	if (!probe->opened[name]) {
		probe->opened[name] = true;
		configure(probe, name);
		probe->servers[name] = openssl_server_open(
		    &probe->configs[name], &err);
	}
	return probe->servers[name];
}

/* ---- clients ---------------------------------------------------------- */

static int
count_session(SSL *client, SSL_SESSION *session)
{
	struct trial *trial = SSL_get_app_data(client);

	(void)session;
	trial->num_sessions++;
	return 0;
}

#if OPENSSL_HAS_NPN
static int
take_first(SSL *client, unsigned char **out, unsigned char *out_len,
    const unsigned char *offer, unsigned offer_len, void *arg)
{
	(void)client;
	(void)arg;
	if (!offer_len || offer[0] >= offer_len)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = (unsigned char *)offer + 1;
	*out_len = offer[0];
	return SSL_TLSEXT_ERR_OK;
}
#endif

SSL_CTX *
openssl_lab_clients(struct tls_probe *probe)
{
	SSL_CTX *ctx = probe->clients;

	if (ctx)
		return ctx;
	ctx = probe->clients = SSL_CTX_new(TLS_client_method());
	if (!ctx)
		return NULL;
	SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384");
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, count_session);
#if OPENSSL_HAS_NPN
	SSL_CTX_set_next_proto_select_cb(ctx, take_first, NULL);
#endif
	return ctx;
}

void
openssl_lab_clear(struct tls_probe *probe)
{
	for (size_t i = 0; i < LAB_SERVERS; i++)
		openssl_server_close(probe->servers[i]);
	OPENSSL_free(probe->crl);
	OPENSSL_free(probe->dh);
	SSL_CTX_free(probe->clients);
	for (size_t i = 0; i < LAB_KEYS; i++) {
		X509_free(probe->keys[i].cert);
		EVP_PKEY_free(probe->keys[i].pkey);
	}
	OPENSSL_cleanse(probe->keys, sizeof probe->keys);
}
