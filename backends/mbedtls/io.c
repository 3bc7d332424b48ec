/* io.c - the library's bytes over a tls_io
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

/* Sends what the editor has put in place of records of the library's. */
static enum tls_status
flush(struct tls_session *session)
{
	struct mbed_buffer *records = &session->editor.records;
	struct tls_io *io = session->io;
	enum tls_status status = TLS_OK;

	while (session->edited_sent < records->len && status == TLS_OK) {
		size_t done = 0;

		status = io->ops->write(io, records->data +
		    session->edited_sent, records->len - session->edited_sent,
		    &done);
		session->edited_sent += done;
	}
	if (status != TLS_WANT_WRITE)
		session->edited_sent = records->len = 0;
	if (status == TLS_FAILED)
		session->broken = true;
	return status;
}

static int
send_edited(struct tls_session *session, struct tls_span record)
{
	session->num_sent++;
	if (!mbed_editor_send(session, record))
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	return flush(session) == TLS_FAILED ? MBEDTLS_ERR_NET_SEND_FAILED :
	    (int)record.len;
}

int
mbed_io_send(void *context, const unsigned char *buf, size_t len)
{
	struct tls_session *session = context;
	struct tls_span record = { buf, len };
	bool begins = session->rest_of_record == 0;
	enum tls_status status;
	size_t done = 0;

	if (session->broken)
		return MBEDTLS_ERR_NET_SEND_FAILED;
	/* A handshake that began inside a read is made step by step, so that
	 * it can be observed; the library tries again then. */
	if (!mbed_private_at_rest(&session->ssl) && !session->driving)
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	if (begins && mbed_editor_takes(session, record))
		return send_edited(session, record);
	status = flush(session);
	if (status == TLS_OK)
		status = session->io->ops->write(session->io, buf, len, &done);
	if (status == TLS_WANT_WRITE) {
		session->want = WANT_WRITE;
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	}
	if (status != TLS_OK) {
		session->broken = true;
		return MBEDTLS_ERR_NET_SEND_FAILED;
	}
	session->rest_of_record = len - done;
	if (begins) {
		session->num_sent++;
		if (session->clear)
			mbed_observe_records(session, record);
	}
	return (int)done;
}

int
mbed_io_recv(void *context, unsigned char *buf, size_t len)
{
	struct tls_session *session = context;
	enum tls_status status = flush(session);
	size_t done = 0;

	/* A peer that no longer reads may still have said why. */
	if (status != TLS_WANT_WRITE)
		status = session->io->ops->read(session->io, buf, len, &done);
	switch (status) {
	case TLS_OK:
		if (!session->opened)
			common_alerts_add(&session->alerts,
			    (struct tls_span){ buf, done });
		return (int)done;
	case TLS_WANT_READ:
	case TLS_WANT_WRITE:
		if (session->broken)
			return MBEDTLS_ERR_NET_SEND_FAILED;
		session->want = status == TLS_WANT_READ ? WANT_READ :
		    WANT_WRITE;
		return status == TLS_WANT_READ ? MBEDTLS_ERR_SSL_WANT_READ :
		    MBEDTLS_ERR_SSL_WANT_WRITE;
	case TLS_CLOSED:
		session->ended = true;
		return 0;
	default:
		session->broken = true;
		return MBEDTLS_ERR_NET_RECV_FAILED;
	}
}
