/* data.c - application data both ways, and the end of it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

/* ---- reading ---------------------------------------------------------- */

static int
next_data(struct tls_session *session, uint8_t *buf, size_t len)
{
	ssize_t n;

	if (session->doing != DOING_NOTHING && !gnu_again_comes_other(session))
		return gnu_again_step(session);
	n = gnutls_record_recv(session->tls, buf,
	    len < INT32_MAX ? len : INT32_MAX);
	if (session->one_record && n == GNUTLS_E_AGAIN)
		session->blocked = TLS_OK;
	session->one_record = false;
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
		return session->blocked;
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
		return TLS_CLOSED;
	default:
		break;
	}
	return code < 0 ? gnu_session_fail(session, code, err) : TLS_OK;
}

enum tls_status
gnu_read(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status = TLS_OK;

	*done = 0;
	while (status == TLS_OK) {
		int code;

		session->blocked = TLS_OK;
		code = next_data(session, buf, len);
		if (code > 0) {
			*done = (size_t)code;
			return TLS_OK;
		}
		status = deal_with(session, code, err);
	}
	return status;
}

/* ---- writing ---------------------------------------------------------- */

enum tls_status
gnu_write(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	ssize_t n = gnutls_record_send(session->tls, buf, len);

	*done = n > 0 ? (size_t)n : 0;
	if (n > 0)
		return TLS_OK;
	return n == GNUTLS_E_AGAIN ? session->blocked :
	    gnu_session_fail(session, (int)n, err);
}

/* ---- the end ---------------------------------------------------------- */

enum tls_status
gnu_goodbye(struct tls_session *session, struct tls_error *err)
{
	int code;

	(void)err;
	if (!session->open || session->broken || session->said_goodbye)
		return TLS_OK;
	code = gnutls_bye(session->tls, GNUTLS_SHUT_WR);
	if (code == GNUTLS_E_AGAIN)
		return session->blocked;
	session->said_goodbye = true;
	if (code >= 0)
		gnu_observe_alert(session, TLS_SENT, COMMON_ALERT_WARNING,
		    GNUTLS_A_CLOSE_NOTIFY);
	return TLS_OK;
}
