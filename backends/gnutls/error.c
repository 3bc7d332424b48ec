/* error.c - the library's errors become ours; the only file that maps them
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
gnu_error_code(struct tls_error *err, enum tls_blame blame, int code,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	common_refuse_for(err, blame, code, code < 0 ? gnutls_strerror(code) :
	    NULL, format, args);
	va_end(args);
	return false;
}

/* Everything else that a session fails with is the peer's doing: what it
 * sent, or what it did not offer. */
static const struct {
	int code;
	enum tls_blame blame;
} blames[] = {
	{ GNUTLS_E_PREMATURE_TERMINATION, TLS_BLAME_NETWORK },
	{ GNUTLS_E_PULL_ERROR, TLS_BLAME_NETWORK },
	{ GNUTLS_E_PUSH_ERROR, TLS_BLAME_NETWORK },
	{ GNUTLS_E_MEMORY_ERROR, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_INTERNAL_ERROR, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_RANDOM_FAILED, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_RANDOM_DEVICE_ERROR, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_PK_SIGN_FAILED, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_PK_GENERATION_ERROR, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_ENCRYPTION_FAILED, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_HASH_FAILED, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_LIB_IN_ERROR_STATE, TLS_BLAME_LIBRARY },
	{ GNUTLS_E_NO_PRIORITIES_WERE_SET, TLS_BLAME_US },
	{ GNUTLS_E_INVALID_REQUEST, TLS_BLAME_US },
	{ GNUTLS_E_INVALID_SESSION, TLS_BLAME_US },
};

void
gnu_error_session(struct tls_error *err, int code, int received, int sent)
{
	const char *alert;

	err->blame = TLS_BLAME_PEER;
	for (size_t i = 0; i < sizeof blames / sizeof *blames; i++)
		if (blames[i].code == code)
			err->blame = blames[i].blame;
	err->alert_received = received;
	err->alert_sent = sent;
	err->native = code;
	snprintf(err->text, sizeof err->text, "%s", gnutls_strerror(code));
	if (code != GNUTLS_E_FATAL_ALERT_RECEIVED)
		return;
	alert = gnutls_alert_get_name((gnutls_alert_description_t)received);
	snprintf(err->text, sizeof err->text, "the peer sent a fatal alert: "
	    "%s (%d)", alert ? alert : "unknown", received);
}

gnutls_datum_t
gnu_datum_of(struct tls_span span)
{
	/* A datum has no const; those that are passed in are only read. */
	union {
		const uint8_t *in;
		uint8_t *out;
	} data = { .in = span.data };

	return (gnutls_datum_t){ data.out, (unsigned)span.len };
}
