/* server_mbedtls.c - mbedtls_ssl_config_defaults, a certificate, nothing else
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#include <psa/crypto.h>
#endif

static mbedtls_ssl_config config;
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static mbedtls_x509_crt chain;
static mbedtls_pk_context pk;

static int
read_key(const char *key)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
	return psa_crypto_init() != PSA_SUCCESS ||
	    mbedtls_pk_parse_keyfile(&pk, key, NULL, mbedtls_ctr_drbg_random,
	    &drbg);
#else
	return mbedtls_pk_parse_keyfile(&pk, key, NULL);
#endif
}

void
native_setup(const char *cert, const char *key, char **names)
{
	mbedtls_ssl_config_init(&config);
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&drbg);
	mbedtls_x509_crt_init(&chain);
	mbedtls_pk_init(&pk);
	native_insist(!mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func,
	    &entropy, NULL, 0) &&
	    !mbedtls_x509_crt_parse_file(&chain, cert) && !read_key(key) &&
	    !mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER,
	    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) &&
	    !mbedtls_ssl_conf_own_cert(&config, &chain, &pk) &&
	    (!*names || !mbedtls_ssl_conf_alpn_protocols(&config,
	    (const char **)names)), "Mbed TLS");
	mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &drbg);
}

void
native_serve(int fd)
{
	mbedtls_net_context net = { fd };
	mbedtls_ssl_context ssl;
	unsigned char data[1024];

	mbedtls_ssl_init(&ssl);
	native_insist(!mbedtls_ssl_setup(&ssl, &config), "a session");
	mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv,
	    NULL);
	if (!mbedtls_ssl_handshake(&ssl))
		while (mbedtls_ssl_read(&ssl, data, sizeof data) > 0)
			;
	mbedtls_ssl_free(&ssl);
}
