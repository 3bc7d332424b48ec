/* floor_mbedtls.c - the floor of Mbed TLS, 2.28 and 3.6
 * SPDX-License-Identifier: Apache-2.0
 */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/version.h>
#include <stdio.h>
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#include <psa/crypto.h>
#endif

#include "floor.h"

struct floor_server {
	mbedtls_ssl_config config;
	mbedtls_x509_crt cert;
	mbedtls_pk_context key;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context random;
	mbedtls_ssl_ticket_context tickets;
};

struct floor_session {
	mbedtls_ssl_context ssl;
	struct pipe *in, *out;
	int open;
};

static int
receive(void *arg, unsigned char *data, size_t len)
{
	struct floor_session *session = arg;
	size_t done = pipe_take(session->in, data, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_READ;
}

static int
transmit(void *arg, const unsigned char *data, size_t len)
{
	struct floor_session *session = arg;

	pipe_put(session->out, data, len);
	return (int)len;
}

#if MBEDTLS_VERSION_NUMBER < 0x03000000
static const mbedtls_ecp_group_id first_curve[] = {
	MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_NONE,
};
#endif

/* What 2.28 and 3.6 spell differently. */
static int
set_up(struct floor_server *server, const char *key, int minor)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
	mbedtls_ssl_protocol_version version = minor == 3 ?
	    MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;

	mbedtls_ssl_conf_min_tls_version(&server->config, version);
	mbedtls_ssl_conf_max_tls_version(&server->config, version);
	return psa_crypto_init() != PSA_SUCCESS ||
	    mbedtls_pk_parse_keyfile(&server->key, key, NULL,
		mbedtls_ctr_drbg_random, &server->random);
#else
	if (minor > 2)
		return 1;
	mbedtls_ssl_conf_min_version(&server->config, 3, minor + 1);
	mbedtls_ssl_conf_max_version(&server->config, 3, minor + 1);
	/* By itself it takes the first of its own curves, the largest; the
	 * server that is measured goes by the client's order. */
	mbedtls_ssl_conf_curves(&server->config, first_curve);
	return mbedtls_pk_parse_keyfile(&server->key, key, NULL);
#endif
}

struct floor_server *
floor_server(const char *cert, const char *key, int minor)
{
	struct floor_server *server = calloc(1, sizeof *server);

	mbedtls_ssl_config_init(&server->config);
	mbedtls_x509_crt_init(&server->cert);
	mbedtls_pk_init(&server->key);
	mbedtls_entropy_init(&server->entropy);
	mbedtls_ctr_drbg_init(&server->random);
	mbedtls_ssl_ticket_init(&server->tickets);
	if (mbedtls_ctr_drbg_seed(&server->random, mbedtls_entropy_func,
		&server->entropy, NULL, 0) ||
	    mbedtls_ssl_config_defaults(&server->config,
		MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
		MBEDTLS_SSL_PRESET_DEFAULT) ||
	    set_up(server, key, minor) ||
	    mbedtls_x509_crt_parse_file(&server->cert, cert) ||
	    mbedtls_ssl_conf_own_cert(&server->config, &server->cert,
		&server->key) ||
	    mbedtls_ssl_ticket_setup(&server->tickets,
		mbedtls_ctr_drbg_random, &server->random,
		MBEDTLS_CIPHER_AES_256_GCM, 7200)) {
		fputs("floor: cannot set up Mbed TLS for this version\n",
		    stderr);
		exit(2);
	}
	mbedtls_ssl_conf_rng(&server->config, mbedtls_ctr_drbg_random,
	    &server->random);
	mbedtls_ssl_conf_session_tickets_cb(&server->config,
	    mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse,
	    &server->tickets);
	return server;
}

struct floor_session *
floor_open(struct floor_server *server, struct pipe *in, struct pipe *out)
{
	struct floor_session *session = calloc(1, sizeof *session);

	session->in = in;
	session->out = out;
	mbedtls_ssl_init(&session->ssl);
	if (mbedtls_ssl_setup(&session->ssl, &server->config))
		exit(2);
	mbedtls_ssl_set_bio(&session->ssl, session, transmit, receive, NULL);
	return session;
}

enum floor_result
floor_step(struct floor_session *session)
{
	unsigned char byte[16];
	int done;

	if (!session->open) {
		if (mbedtls_ssl_handshake(&session->ssl) != 0)
			return FLOOR_AGAIN;
		session->open = 1;
		return FLOOR_OPEN;
	}
	while ((done = mbedtls_ssl_read(&session->ssl, byte,
	    sizeof byte)) > 0)
		;
	if (done != MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
		return FLOOR_AGAIN;
	mbedtls_ssl_close_notify(&session->ssl);
	return FLOOR_CLOSED;
}

void
floor_write(struct floor_session *session, const void *data, size_t len)
{
	const unsigned char *at = data;

	while (len) {
		int done = mbedtls_ssl_write(&session->ssl, at, len);

		if (done <= 0)
			exit(2);
		at += done;
		len -= (size_t)done;
	}
}

void
floor_close(struct floor_session *session)
{
	mbedtls_ssl_free(&session->ssl);
	free(session);
}
