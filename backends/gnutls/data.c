/* data.c - application data both ways, and the end of it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

/* ---- reading ---------------------------------------------------------- */

static enum tls_status
rest(struct tls_session *session, enum tls_status status)
{
	gnu_io_tidy(session);
	return status;
}

/* The library can do no more now: what to wait for. */
static enum tls_status
wait_for(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status = gnu_io_flush(session);

	if (status == TLS_FAILED)
		return gnu_session_fail(session, GNUTLS_E_PUSH_ERROR, err);
	/* What a write waits for is not for the reader to wait for. */
	if (status == TLS_WANT_WRITE && session->taken == 0)
		return rest(session, status);
	return rest(session, session->blocked);
}

static int
next_data(struct tls_session *session, uint8_t *buf, size_t len)
{
	ssize_t n;

	/* Data that came while a certificate is awaited goes first. */
	if (session->doing != DOING_NOTHING &&
	    !(session->doing == DOING_REAUTH &&
	    gnutls_record_check_pending(session->tls) > 0))
		return gnu_again_step(session);
	n = gnutls_record_recv(session->tls, buf,
	    len < INT32_MAX ? len : INT32_MAX);
	return n == 0 ? GNUTLS_E_SESSION_EOF : (int)n;
}

static void
note_warning(struct tls_session *session)
{
	int alert = (int)gnutls_alert_get(session->tls);

	gnu_observe_alert(session, TLS_RECEIVED, 1, alert);
	if (alert == GNUTLS_A_NO_RENEGOTIATION)
		gnu_again_declined(session);
}

/* Deals with what is no data.  TLS_OK: read on. */
static enum tls_status
deal_with(struct tls_session *session, int code, struct tls_error *err)
{
	switch (code) {
	case 0:
	case GNUTLS_E_GOT_APPLICATION_DATA:
		return TLS_OK;
	case GNUTLS_E_AGAIN:
	case GNUTLS_E_INTERRUPTED:
		return session->blocked == TLS_OK ? TLS_OK :
		    wait_for(session, err);
	case GNUTLS_E_WARNING_ALERT_RECEIVED:
		note_warning(session);
		return TLS_OK;
	case GNUTLS_E_REHANDSHAKE:
		code = gnu_again_hello(session);
		break;
	case GNUTLS_E_UNEXPECTED_PACKET:
		/* The ClientHello that was refused: it is gone now. */
		if (session->refused)
			code = 0;
		session->refused = false;
		break;
	case GNUTLS_E_SESSION_EOF:
		gnu_observe_alert(session, TLS_RECEIVED, 1,
		    GNUTLS_A_CLOSE_NOTIFY);
		(void)gnu_io_flush(session);
		return rest(session, TLS_CLOSED);
	default:
		break;
	}
	return code < 0 ? gnu_session_fail(session, code, err) : TLS_OK;
}

enum tls_status
gnu_read_plain(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status = TLS_OK;

	*done = 0;
	session->gather = true;
	while (status == TLS_OK) {
		int code;

		session->blocked = TLS_OK;
		code = next_data(session, buf, len);
		if (code > 0) {
			*done = (size_t)code;
			(void)gnu_io_flush(session);
			return rest(session, TLS_OK);
		}
		status = deal_with(session, code, err);
	}
	return status;
}

/* ---- writing ---------------------------------------------------------- */

enum tls_status
gnu_write_plain(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status;

	*done = 0;
	status = gnu_io_flush(session);
	session->gather = false;
	while (status == TLS_OK && session->taken < len) {
		ssize_t n = gnutls_record_send(session->tls,
		    buf + session->taken, len - session->taken);

		if (session->out_broken)
			break;
		if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
			continue;
		if (n <= 0)
			return gnu_session_fail(session, (int)n, err);
		session->taken += (size_t)n;
		status = gnu_io_flush(session);
	}
	if (session->out_broken)
		return gnu_session_fail(session, GNUTLS_E_PUSH_ERROR, err);
	if (status != TLS_OK)
		return status;
	*done = session->taken;
	session->taken = 0;
	gnu_io_tidy(session);
	return TLS_OK;
}

/* ---- the end ---------------------------------------------------------- */

enum tls_status
gnu_goodbye(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status;

	(void)err;
	if (session->open && !session->broken && !session->said_goodbye) {
		session->said_goodbye = true;
		session->gather = true;
		if (gnutls_bye(session->tls, GNUTLS_SHUT_WR) >= 0)
			gnu_observe_alert(session, TLS_SENT, 1,
			    GNUTLS_A_CLOSE_NOTIFY);
	}
	status = gnu_io_flush(session);
	gnu_io_tidy(session);
	return status == TLS_WANT_WRITE ? status : TLS_OK;
}
