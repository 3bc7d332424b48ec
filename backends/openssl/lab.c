/* lab.c - what the trials share: certificates and servers
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <string.h>

static bool
make_cert(struct lab_identity *identity, const EVP_MD *md)
{
	X509 *cert = identity->cert = X509_new();
	X509_NAME *name = cert ? X509_get_subject_name(cert) : NULL;

	return name && X509_set_version(cert, X509_VERSION_3) &&
	    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"probe", -1, -1, 0) &&
	    X509_set_issuer_name(cert, name) &&
	    ASN1_TIME_set(X509_getm_notBefore(cert), 0) &&
	    ASN1_TIME_set(X509_getm_notAfter(cert), 2 * 86400) &&
	    X509_set_pubkey(cert, identity->pkey) &&
	    X509_sign(cert, identity->pkey, md) > 0;
}

/* Takes `pkey`; fills `out`, which borrows from `identity`. */
static bool
make_identity(struct lab_identity *identity, EVP_PKEY *pkey, const EVP_MD *md,
    struct tls_identity *out)
{
	uint8_t *key = identity->key, *der = identity->der;
	int key_len, der_len;

	identity->pkey = pkey;
	if (!pkey || !make_cert(identity, md) ||
	    i2d_PrivateKey(pkey, NULL) > LAB_MAX_LEN ||
	    i2d_X509(identity->cert, NULL) > LAB_MAX_LEN)
		return false;
	key_len = i2d_PrivateKey(pkey, &key);
	der_len = i2d_X509(identity->cert, &der);
	if (key_len <= 0 || der_len <= 0)
		return false;
	identity->chain = (struct tls_span){ identity->der, (size_t)der_len };
	*out = (struct tls_identity){
		.chain = &identity->chain,
		.num_chain = 1,
		.key = { identity->key, (size_t)key_len },
		.cert_origin = "the probe's certificate",
		.key_origin = "the probe's key",
	};
	return true;
}

static bool
open_servers(struct lab *lab, struct tls_error *err)
{
	size_t num = openssl_suites(lab->suites, LAB_MAX_SUITES);

	lab->usual_config = (struct tls_config){
		.versions = TLS_VERSION_BIT(TLS_VERSION_SSL3) |
		    TLS_VERSION_BIT(TLS_VERSION_1_0) |
		    TLS_VERSION_BIT(TLS_VERSION_1_1) |
		    TLS_VERSION_BIT(TLS_VERSION_1_2) |
		    TLS_VERSION_BIT(TLS_VERSION_1_3),
		.suites = lab->suites,
		.num_suites = num < LAB_MAX_SUITES ? num : LAB_MAX_SUITES,
		.security_level = -1,
		.num_tickets = 3,
		.identities = lab->identities,
		.num_identities = lab->identities[1].num_chain ? 2 : 1,
	};
	lab->lenient_config = lab->usual_config;
	lab->lenient_config.security_level = 0;
	lab->lenient_config.peer_certificate = TLS_PEER_ASK;
	lab->lenient_config.roots = &lab->p256.chain;
	lab->lenient_config.num_roots = 1;
	lab->lenient_config.session_store = true;
	lab->lenient_config.ticket_key = (struct tls_span){ lab->ticket_key,
	    sizeof lab->ticket_key };
	lab->usual = openssl_server_open(&lab->usual_config, err);
	lab->lenient = openssl_server_open(&lab->lenient_config, err);
	return lab->usual && lab->lenient;
}

/* That the one certificate there is has been revoked. */
static bool
make_crl(struct lab *lab)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_TIME *start = ASN1_TIME_set(NULL, 0);
	ASN1_TIME *end = ASN1_TIME_set(NULL, 2 * 86400);
	int len = 0;

	if (crl && revoked && start && end &&
	    X509_REVOKED_set_serialNumber(revoked,
	    X509_get_serialNumber(lab->p256.cert)) == 1 &&
	    X509_REVOKED_set_revocationDate(revoked, start) == 1 &&
	    X509_CRL_add0_revoked(crl, revoked) == 1) {
		revoked = NULL;
		if (X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
		    X509_CRL_set_issuer_name(crl,
		    X509_get_subject_name(lab->p256.cert)) &&
		    X509_CRL_set1_lastUpdate(crl, start) &&
		    X509_CRL_set1_nextUpdate(crl, end) &&
		    X509_CRL_sign(crl, lab->p256.pkey, EVP_sha256()) > 0)
			len = i2d_X509_CRL(crl, &lab->crl);
	}
	X509_REVOKED_free(revoked);
	ASN1_TIME_free(start);
	ASN1_TIME_free(end);
	X509_CRL_free(crl);
	lab->crl_span = (struct tls_span){ lab->crl,
	    len > 0 ? (size_t)len : 0 };
	return len > 0;
}

static void
open_particular(struct lab *lab)
{
	static const uint16_t groups[] = { 23 };
	static const uint16_t signatures[] = { 0x0503, 0x0403 };
	static const uint8_t npn[] = { 1, 'x' };
	struct tls_config *config = &lab->particular_config;
	struct tls_error err;

	*config = lab->lenient_config;
	config->groups = groups;
	config->num_groups = 1;
	config->signatures = signatures;
	config->num_signatures = 1;
	config->client_signatures = signatures + 1;
	config->num_client_signatures = 1;
	config->npn = (struct tls_span){ npn, sizeof npn };
	config->psk = true;
	config->psk_hint = config->id_prefix = (struct tls_span){
	    openssl_trial_key, 4 };
	config->workarounds = true;
	if (make_crl(lab)) {
		config->crl_check = TLS_CRL_LEAF;
		config->crls = &lab->crl_span;
		config->num_crls = 1;
	}
	lab->particular = openssl_server_open(config, &err);
}

static void
open_anonymous(struct lab *lab)
{
	EVP_PKEY *params = openssl_dh_group("modp_1536");
	int len = i2d_KeyParams(params, &lab->dh);
	struct tls_error err;

	EVP_PKEY_free(params);
	lab->anonymous_config = lab->lenient_config;
	lab->anonymous_config.num_identities = 0;
	lab->anonymous_config.dh_params = (struct tls_span){ lab->dh,
	    len > 0 ? (size_t)len : 0 };
	lab->anonymous = openssl_server_open(&lab->anonymous_config, &err);
}

bool
openssl_lab_init(struct lab *lab, struct tls_error *err)
{
	memset(lab, 0, sizeof *lab);
	memset(lab->ticket_key, 1, sizeof lab->ticket_key);
	lab->clients = SSL_CTX_new(TLS_client_method());
	if (!lab->clients ||
	    SSL_CTX_set_cipher_list(lab->clients, "ALL:@SECLEVEL=0") != 1 ||
	    !make_identity(&lab->p256,
	    EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), EVP_sha256(),
	    &lab->identities[0]))
		return openssl_explain(err, TLS_BLAME_LIBRARY, "self-test");
	openssl_trial_clients(lab->clients);
	make_identity(&lab->ed25519,
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL,
	    &lab->identities[1]);
	openssl_forgive();
	if (!open_servers(lab, err))
		return false;
	open_particular(lab);
	open_anonymous(lab);
	return true;
}

void
openssl_lab_clear(struct lab *lab)
{
	openssl_server_close(lab->usual);
	openssl_server_close(lab->lenient);
	openssl_server_close(lab->particular);
	openssl_server_close(lab->anonymous);
	OPENSSL_free(lab->crl);
	OPENSSL_free(lab->dh);
	SSL_CTX_free(lab->clients);
	X509_free(lab->p256.cert);
	EVP_PKEY_free(lab->p256.pkey);
	X509_free(lab->ed25519.cert);
	EVP_PKEY_free(lab->ed25519.pkey);
	OPENSSL_cleanse(lab, sizeof *lab);
}
