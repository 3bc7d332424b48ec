/* floor_openssl.c - the floor of OpenSSL
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/ssl.h>
#include <stdio.h>

#include "floor.h"

struct floor_server {
	SSL_CTX *ctx;
	BIO_METHOD *method;
};

struct floor_session {
	SSL *ssl;
	struct pipe *in, *out;
	int open;
};

static int
bio_read(BIO *bio, char *data, int len)
{
	struct floor_session *session = BIO_get_data(bio);
	size_t done = pipe_take(session->in, data, (size_t)len);

	BIO_clear_retry_flags(bio);
	if (done)
		return (int)done;
	BIO_set_retry_read(bio);
	return -1;
}

static int
bio_write(BIO *bio, const char *data, int len)
{
	struct floor_session *session = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	pipe_put(session->out, data, (size_t)len);
	return len;
}

static long
bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
}

struct floor_server *
floor_server(const char *cert, const char *key, int minor)
{
	struct floor_server *server = calloc(1, sizeof *server);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!server || !ctx ||
	    SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    !SSL_CTX_set_min_proto_version(ctx, 0x0301 + minor) ||
	    !SSL_CTX_set_max_proto_version(ctx, 0x0301 + minor)) {
		fputs("floor: cannot set up OpenSSL\n", stderr);
		exit(2);
	}
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	server->ctx = ctx;
	server->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "pipe");
	BIO_meth_set_read(server->method, bio_read);
	BIO_meth_set_write(server->method, bio_write);
	BIO_meth_set_ctrl(server->method, bio_ctrl);
	return server;
}

struct floor_session *
floor_open(struct floor_server *server, struct pipe *in, struct pipe *out)
{
	struct floor_session *session = calloc(1, sizeof *session);
	BIO *bio = BIO_new(server->method);

	session->in = in;
	session->out = out;
	session->ssl = SSL_new(server->ctx);
	BIO_set_data(bio, session);
	BIO_set_init(bio, 1);
	SSL_set_bio(session->ssl, bio, bio);
	SSL_set_accept_state(session->ssl);
	return session;
}

enum floor_result
floor_step(struct floor_session *session)
{
	char byte[16];

	if (!session->open) {
		if (SSL_do_handshake(session->ssl) != 1)
			return FLOOR_AGAIN;
		session->open = 1;
		return FLOOR_OPEN;
	}
	while (SSL_read(session->ssl, byte, sizeof byte) > 0)
		;
	if (!(SSL_get_shutdown(session->ssl) & SSL_RECEIVED_SHUTDOWN))
		return FLOOR_AGAIN;
	SSL_shutdown(session->ssl);
	return FLOOR_CLOSED;
}

void
floor_write(struct floor_session *session, const void *data, size_t len)
{
	if (SSL_write(session->ssl, data, (int)len) != (int)len)
		exit(2);
}

void
floor_close(struct floor_session *session)
{
	SSL_free(session->ssl);
	free(session);
}
