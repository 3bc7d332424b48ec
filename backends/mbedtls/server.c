/* server.c - a config made into the template that sessions copy
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

/* Bits of strength that OpenSSL's security levels ask for, as key lengths
 * and hashes (openssl SSL_CTX_set_security_level(3)). */
#define MD(name)	MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_##name)
#define CURVE(name)	MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_##name)
#define ANY		0xfffffffu
#define STRONG_CURVES	(CURVE(SECP384R1) | CURVE(BP384R1) | \
			CURVE(SECP521R1) | CURVE(BP512R1))

static const struct {
	uint32_t hashes, curves;
	uint32_t rsa_bits;
} levels[] = {
	{ ANY, ANY, 0 },
	{ MD(SHA224) | MD(SHA256) | MD(SHA384) | MD(SHA512), ANY, 1024 },
	{ MD(SHA224) | MD(SHA256) | MD(SHA384) | MD(SHA512), ANY, 2048 },
	{ MD(SHA256) | MD(SHA384) | MD(SHA512),
	    CURVE(SECP256R1) | CURVE(SECP256K1) | CURVE(BP256R1) |
	    STRONG_CURVES, 3072 },
	{ MD(SHA384) | MD(SHA512), STRONG_CURVES, 7680 },
	{ MD(SHA512), CURVE(SECP521R1) | CURVE(BP512R1), 15360 },
};
/* What the other stacks do of themselves. */
#define USUAL_LEVEL	2

static void
set_level(struct tls_server *server)
{
	int level = server->config->security_level;

	if (level < 0 && !mbed_corrects(server, MBED_SECURITY_LEVEL))
		return;
	if (level < 0)
		level = USUAL_LEVEL;
	if (level >= (int)(sizeof levels / sizeof *levels))
		level = (int)(sizeof levels / sizeof *levels) - 1;
	server->profile = (mbedtls_x509_crt_profile){
		.allowed_mds = levels[level].hashes,
		.allowed_pks = ANY,
		.allowed_curves = levels[level].curves,
		.rsa_min_bitlen = levels[level].rsa_bits,
	};
	mbedtls_ssl_conf_cert_profile(&server->conf, &server->profile);
	if (level == 0)
		mbed_compat_conf_sha1(&server->conf);
}

static bool
set_versions(struct tls_server *server, struct tls_error *err)
{
	unsigned asked = server->config->versions;

	server->versions = asked & COMPAT_VERSIONS;
	for (uint16_t v = TLS_VERSION_1_3; v >= TLS_VERSION_1_0; v--) {
		if (!(server->versions & TLS_VERSION_BIT(v)))
			continue;
		server->low = v;
		if (!server->high)
			server->high = v;
	}
	if (!server->high)
		return common_refuse(err, TLS_BLAME_FEATURE,
		    "none of the versions asked for: %s",
		    asked & TLS_VERSION_BIT(TLS_VERSION_1_3) ?
		    COMPAT_NO_TLS1_3 : COMPAT_NO_OLD_TLS);
	compat_conf_versions(&server->conf, server->low, server->high);
	return true;
}

bool
mbed_server_seed(mbedtls_entropy_context *entropy,
    mbedtls_ctr_drbg_context *drbg, struct tls_error *err)
{
	static const unsigned char name[] = "polytls";
	int status;

	mbedtls_entropy_init(entropy);
	mbedtls_ctr_drbg_init(drbg);
	status = mbedtls_ctr_drbg_seed(drbg, mbedtls_entropy_func, entropy,
	    name, sizeof name - 1);
	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "random numbers");
}

/* What one call of the generator mixes in, in bytes. */
#define SEED_PART	256

bool
mbed_seed(struct tls_server *server, struct tls_span bytes,
    struct tls_error *err)
{
	int status = 0;

	while (bytes.len > 0 && !status) {
		size_t len = bytes.len < SEED_PART ? bytes.len : SEED_PART;

		status = mbedtls_ctr_drbg_reseed(&server->drbg, bytes.data,
		    len);
		bytes.data += len;
		bytes.len -= len;
	}
	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "seeding the random number generator");
}

static void
set_policy(struct tls_server *server)
{
	const struct tls_config *config = server->config;
	mbedtls_ssl_config *conf = &server->conf;

	mbedtls_ssl_conf_rng(conf, mbedtls_ctr_drbg_random, &server->drbg);
	compat_conf_own_order(conf);
	/* Who must show a certificate is judged when it has been seen. */
	mbedtls_ssl_conf_authmode(conf,
	    config->peer_certificate == TLS_PEER_NONE ?
	    MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_OPTIONAL);
	mbedtls_ssl_conf_renegotiation(conf, config->client_renegotiation ?
	    MBEDTLS_SSL_RENEGOTIATION_ENABLED :
	    MBEDTLS_SSL_RENEGOTIATION_DISABLED);
	/* A client may ignore a HelloRequest for as long as it likes. */
	mbedtls_ssl_conf_renegotiation_enforced(conf,
	    MBEDTLS_SSL_RENEGOTIATION_NOT_ENFORCED);
	mbedtls_ssl_conf_legacy_renegotiation(conf,
	    MBEDTLS_SSL_LEGACY_NO_RENEGOTIATION);
}

/* Without any the library has some of its own, of 2048 bits. */
static bool
set_dh(struct tls_server *server, struct tls_error *err)
{
	struct tls_span params = server->config->dh_params;
	mbedtls_dhm_context dhm;
	int status;

	if (!params.len)
		return true;
	mbedtls_dhm_init(&dhm);
	status = mbedtls_dhm_parse_dhm(&dhm, params.data, params.len);
	if (!status)
		status = mbedtls_ssl_conf_dh_param_ctx(&server->conf, &dhm);
	mbedtls_dhm_free(&dhm);
	return status == 0 || mbed_error_from(err, TLS_BLAME_CONFIG, status,
	    "DH parameters");
}

static bool
fill(struct tls_server *server, struct tls_error *err)
{
	int status = mbedtls_ssl_config_defaults(&server->conf,
	    MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
	    MBEDTLS_SSL_PRESET_DEFAULT);

	if (status)
		return mbed_error_from(err, TLS_BLAME_LIBRARY, status,
		    "config");
	server->num_groups = mbed_groups(server->groups,
	    COMPAT_MAX_LIST);
	if (server->num_groups > COMPAT_MAX_LIST)
		server->num_groups = COMPAT_MAX_LIST;
	set_policy(server);
	set_level(server);
	compat_conf_tls1_3(&server->conf, server->config->psk,
	    server->config->num_tickets);
	return mbed_lists_check(server->config, err) &&
	    set_versions(server, err) && mbed_native_set(server, err) &&
	    set_dh(server, err) &&
	    mbed_creds_load(server, err) &&
	    mbed_ticket_setup(server, err);
}

struct tls_server *
mbed_server_open(const struct tls_config *config, struct tls_error *err)
{
	struct tls_server *server = calloc(1, sizeof *server);

	if (!server) {
		common_refuse_memory(err);
		return NULL;
	}
	server->config = config;
	mbed_originals_find(&server->originals);
	mbedtls_ssl_config_init(&server->conf);
	mbedtls_gcm_init(&server->ticket_key);
	mbedtls_x509_crt_init(&server->roots);
	mbedtls_x509_crt_init(&server->named_roots);
	mbedtls_x509_crl_init(&server->crls);
	if (!mbed_server_seed(&server->entropy, &server->drbg, err) ||
	    !fill(server, err)) {
		mbed_server_close(server);
		return NULL;
	}
	return server;
}

void
mbed_server_close(struct tls_server *server)
{
	if (!server)
		return;
	/* It owns the list that leads to certificates and keys, not these. */
	mbedtls_ssl_config_free(&server->conf);
	mbed_creds_clear(server);
	mbed_native_clear(server);
	mbed_buffers_free(server);
	mbedtls_gcm_free(&server->ticket_key);
	mbedtls_ctr_drbg_free(&server->drbg);
	mbedtls_entropy_free(&server->entropy);
	free(server);
}
