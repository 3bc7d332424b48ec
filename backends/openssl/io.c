/* io.c - a BIO over a tls_io
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/bio.h>

/* What the BIO returns for `status`, which is kept: the io knows better than
 * the library what it waits for. */
static int
finish(BIO *bio, enum tls_status status)
{
	struct tls_session *session = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	if (status == TLS_OK)
		return 1;
	session->io_status = status;
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE)
		BIO_set_flags(bio, BIO_FLAGS_SHOULD_RETRY |
		    (status == TLS_WANT_READ ? BIO_FLAGS_READ :
		    BIO_FLAGS_WRITE));
	return status == TLS_CLOSED ? 0 : -1;
}

static int
bio_write(BIO *bio, const char *data, size_t len, size_t *done)
{
	struct tls_io *io = ((struct tls_session *)BIO_get_data(bio))->io;

	*done = 0;
	return finish(bio, io->ops->write(io, (const uint8_t *)data, len,
	    done));
}

static int
bio_read(BIO *bio, char *buf, size_t len, size_t *done)
{
	struct tls_io *io = ((struct tls_session *)BIO_get_data(bio))->io;

	*done = 0;
	return finish(bio, io->ops->read(io, (uint8_t *)buf, len, done));
}

/* The end of the stream is not answered to BIO_CTRL_EOF: from 3.0 on, the
 * library would send a fatal alert to a peer that only closed its own side,
 * and forget the session (against RFC 5246, 7.2.1). */
static long
bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
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
		return openssl_library_error(err, TLS_BLAME_LIBRARY, "BIO_new");
	BIO_set_data(bio, session);
	SSL_set_bio(session->ssl, bio, bio);
	return true;
}
