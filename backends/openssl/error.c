/* error.c - the library's error queue, drained into one tls_error
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>

/* Reasons of libssl that are not what they look like: the peer's doing. */
static const struct {
	int reason;
	enum tls_blame blame;
	const char *words;		/* better ones, or null */
} blames[] = {
	{ ERR_R_INTERNAL_ERROR, TLS_BLAME_LIBRARY, NULL },
	{ ERR_R_MALLOC_FAILURE, TLS_BLAME_LIBRARY, NULL },
	{ ERR_R_EVP_LIB, TLS_BLAME_LIBRARY, NULL },
	{ SSL_R_SSL_SESSION_ID_CALLBACK_FAILED, TLS_BLAME_CONFIG,
	  "no session ID that begins with the -id_prefix is free" },
	{ SSL_R_BAD_WRITE_RETRY, TLS_BLAME_US, NULL },
	{ SSL_R_PROTOCOL_IS_SHUTDOWN, TLS_BLAME_US, NULL },
	{ SSL_R_UNINITIALIZED, TLS_BLAME_US, NULL },
};

static enum tls_blame
blame_of(unsigned long code)
{
	if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
		return TLS_BLAME_LIBRARY;
	if (ERR_GET_LIB(code) != ERR_LIB_SSL)
		return TLS_BLAME_PEER;
	for (size_t i = 0; i < sizeof blames / sizeof *blames; i++)
		if (ERR_GET_REASON(code) == blames[i].reason)
			return blames[i].blame;
	return TLS_BLAME_PEER;
}

/* Empties the queue and returns its most telling entry: the first of libssl,
 * or else the first of all, which lies nearest to the cause. */
static unsigned long
drain_queue(void)
{
	unsigned long code, best = 0;

	while ((code = ERR_get_error()))
		if (!best || (ERR_GET_LIB(best) != ERR_LIB_SSL &&
		    ERR_GET_LIB(code) == ERR_LIB_SSL))
			best = code;
	return best;
}

static void
words_of(unsigned long code, char *out, size_t room)
{
	const char *words = ERR_reason_error_string(code);

	for (size_t i = 0; i < sizeof blames / sizeof *blames; i++)
		if (ERR_GET_LIB(code) == ERR_LIB_SSL && blames[i].words &&
		    ERR_GET_REASON(code) == blames[i].reason)
			words = blames[i].words;
	if (words)
		snprintf(out, room, "%s", words);
	else
		snprintf(out, room, "error 0x%08lx", code);
}

bool
openssl_error(struct tls_error *err, enum tls_blame blame, const char *fmt,
    ...)
{
	va_list ap;

	*err = (struct tls_error)TLS_ERROR_INIT;
	err->blame = blame;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	err->native = (long)drain_queue();
	return false;
}

bool
openssl_library_error(struct tls_error *err, enum tls_blame blame,
    const char *what)
{
	unsigned long code = ERR_peek_error();
	char words[128] = "no reason given";

	if (code)
		words_of(code, words, sizeof words);
	if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
		blame = TLS_BLAME_LIBRARY;
	return openssl_error(err, blame, "%s: %s", what, words);
}

int
openssl_reason(void)
{
	unsigned long code = ERR_peek_last_error();

	ERR_clear_error();
	return ERR_GET_REASON(code);
}

void
openssl_clear_errors(void)
{
	ERR_clear_error();
}

static enum tls_status
broken(const struct tls_session *session, struct tls_error *err)
{
	openssl_error(err, TLS_BLAME_NETWORK, "%s",
	    session->io_status == TLS_CLOSED ?
	    "unexpected eof while reading" : "the connection broke");
	err->alert_sent = session->alert_sent;
	err->alert_received = session->alert_received;
	return TLS_FAILED;
}

static enum tls_status
failed(const struct tls_session *session, struct tls_error *err)
{
	unsigned long code = drain_queue();

	*err = (struct tls_error)TLS_ERROR_INIT;
	err->native = (long)code;
	err->alert_sent = session->alert_sent;
	err->alert_received = session->alert_received;
	if (session->alert_received >= 0)
		err->blame = TLS_BLAME_PEER;
	else
		err->blame = code ? blame_of(code) : TLS_BLAME_LIBRARY;
	if (code)
		words_of(code, err->text, sizeof err->text);
	else
		snprintf(err->text, sizeof err->text, "%s",
		    session->alert_received == SSL3_AD_CLOSE_NOTIFY ?
		    "the peer closed during the handshake" :
		    "the library gives no reason");
	return TLS_FAILED;
}

enum tls_status
openssl_outcome(struct tls_session *session, int ret, struct tls_error *err)
{
	switch (SSL_get_error(session->ssl, ret)) {
	case SSL_ERROR_NONE:
		return TLS_OK;
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		/* The io knows better what it waits for. */
		return session->io_status;
	case SSL_ERROR_ZERO_RETURN:
		if (session->established)
			return TLS_CLOSED;
		break;
	case SSL_ERROR_SYSCALL:
		if (session->io_status == TLS_CLOSED ||
		    session->io_status == TLS_FAILED)
			return broken(session, err);
		break;
	default:
		break;
	}
	return failed(session, err);
}
