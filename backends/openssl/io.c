/* io.c - a BIO over a tls_io
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading passes through; the library reads ahead, so a flight is one read.
 *
 * What is written is held until the library wants to read or its call ends,
 * so a flight is one write however the library cuts it: its own buffer lets
 * go every 4096 bytes, and each ticket of TLS 1.3 is flushed by itself.  The
 * BIO never refuses a byte either; so an alert is not lost behind half a
 * record, and close_notify finds its place whatever came before it.
 * Application data alone goes straight to the io, without a copy.
 */
#include "openssl.h"

#include <openssl/bio.h>
#include <stdlib.h>
#include <string.h>

/* So much may be held before nothing more is read: one record that waits for
 * a slow peer must not stop the other direction, a flood of KeyUpdates must. */
#define HELD_MAX_LEN	32768

static void
drop(struct openssl_held *held)
{
	free(held->data);
	*held = (struct openssl_held){ .data = NULL };
}

static bool
hold(struct openssl_held *held, const char *data, size_t len)
{
	uint8_t *grown;
	size_t room = held->room ? held->room : 2048;

	while (room - held->len < len)
		room *= 2;
	if (room != held->room) {
		grown = realloc(held->data, room);
		if (!grown)
			return false;
		held->data = grown;
		held->room = room;
	}
	memcpy(held->data + held->len, data, len);
	held->len += len;
	return true;
}

enum tls_status
openssl_drain(struct tls_session *session)
{
	struct openssl_held *held = &session->held;
	struct tls_io *io = session->io;
	enum tls_status status;
	size_t done;

	while (held->sent < held->len) {
		status = io->ops->write(io, held->data + held->sent,
		    held->len - held->sent, &done);
		if (status == TLS_WANT_WRITE)
			return status;
		if (status != TLS_OK) {
			drop(held);
			session->io_status = TLS_FAILED;
			return TLS_FAILED;
		}
		held->sent += done;
	}
	if (held->data)
		drop(held);
	return TLS_OK;
}

static int
bio_write(BIO *bio, const char *data, size_t len, size_t *done)
{
	struct tls_session *session = BIO_get_data(bio);
	struct tls_io *io = session->io;
	enum tls_status status = TLS_OK;
	size_t sent = 0, some;

	BIO_clear_retry_flags(bio);
	while (session->direct && !session->held.data && sent < len &&
	    status == TLS_OK) {
		status = io->ops->write(io, (const uint8_t *)data + sent,
		    len - sent, &some);
		if (status == TLS_OK)
			sent += some;
	}
	if (status == TLS_OK || status == TLS_WANT_WRITE) {
		if (sent == len || hold(&session->held, data + sent,
		    len - sent)) {
			*done = len;
			return 1;
		}
	}
	session->io_status = TLS_FAILED;
	*done = 0;
	return -1;
}

static int
bio_read(BIO *bio, char *buf, size_t len, size_t *done)
{
	struct tls_session *session = BIO_get_data(bio);
	struct tls_io *io = session->io;
	enum tls_status status;

	BIO_clear_retry_flags(bio);
	*done = 0;
	status = openssl_drain(session);
	if (status == TLS_WANT_WRITE && session->held.len <= HELD_MAX_LEN)
		status = TLS_OK;
	if (status == TLS_OK)
		status = io->ops->read(io, (uint8_t *)buf, len, done);
	if (status == TLS_OK)
		return 1;
	session->io_status = status;
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		BIO_set_retry_read(bio);
		return -1;
	}
	return status == TLS_CLOSED ? 0 : -1;
}

/* The end of the stream is not answered to BIO_CTRL_EOF: from 3.0 on, the
 * library would send a fatal alert to a peer who only closed its own side,
 * and forget the session (against RFC 5246, 7.2.1). */
static long
bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
	struct tls_session *session = BIO_get_data(bio);

	(void)number;
	(void)pointer;
	switch (command) {
	case BIO_CTRL_FLUSH:
		return 1;
	case BIO_CTRL_WPENDING:
		return (long)(session->held.len - session->held.sent);
	default:
		return 0;
	}
}

static int
bio_create(BIO *bio)
{
	BIO_set_init(bio, 1);
	return 1;
}

BIO_METHOD *
openssl_method_new(void)
{
	BIO_METHOD *method;

	/* A number of its own would be used up for good by each server. */
	method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "tls_io");
	if (!method)
		return NULL;
	if (BIO_meth_set_create(method, bio_create) &&
	    BIO_meth_set_read_ex(method, bio_read) &&
	    BIO_meth_set_write_ex(method, bio_write) &&
	    BIO_meth_set_ctrl(method, bio_ctrl))
		return method;
	BIO_meth_free(method);
	return NULL;
}

bool
openssl_io_open(struct tls_session *session, struct tls_error *err)
{
	BIO *bio = BIO_new(session->server->method);

	if (!bio)
		return openssl_explain(err, TLS_BLAME_LIBRARY, "BIO_new");
	BIO_set_data(bio, session);
	SSL_set_bio(session->ssl, bio, bio);
	return true;
}

void
openssl_io_close(struct tls_session *session)
{
	drop(&session->held);
}
