/* error.c - the library's codes as reasons, and whose fault they were
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <stdarg.h>
#include <stdio.h>

/* Codes that are no peer's doing.  All others that end a session are: what
 * it sent could not be read, agreed to or verified. */
static const struct {
	int status;
	enum tls_blame blame;
} blames[] = {
	{ MBEDTLS_ERR_SSL_CONN_EOF, TLS_BLAME_NETWORK },
	{ MBEDTLS_ERR_NET_RECV_FAILED, TLS_BLAME_NETWORK },
	{ MBEDTLS_ERR_NET_SEND_FAILED, TLS_BLAME_NETWORK },
	{ MBEDTLS_ERR_NET_CONN_RESET, TLS_BLAME_NETWORK },
	{ MBEDTLS_ERR_SSL_ALLOC_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_X509_ALLOC_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_PK_ALLOC_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_MPI_ALLOC_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_MD_ALLOC_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_SSL_INTERNAL_ERROR, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_SSL_HW_ACCEL_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED, TLS_BLAME_LIBRARY },
	{ MBEDTLS_ERR_SSL_NO_RNG, TLS_BLAME_US },
	{ MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED, TLS_BLAME_US },
	{ MBEDTLS_ERR_SSL_PRIVATE_KEY_REQUIRED, TLS_BLAME_CONFIG },
};

/* Codes with words of our own, where the library's mislead. */
static const struct {
	int status;
	const char *text;
} words[] = {
	{ MBEDTLS_ERR_SSL_CONN_EOF, "the stream ended without close_notify" },
	{ MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY,
	    "the client closed in the middle of the handshake" },
	{ MBEDTLS_ERR_NET_RECV_FAILED, "the transport broke" },
	{ MBEDTLS_ERR_NET_SEND_FAILED, "the transport broke" },
};

/* The alerts that fit what a peer did, where the library sends none. */
#define A(status, alert) \
	{ MBEDTLS_ERR_SSL_##status, MBEDTLS_SSL_ALERT_MSG_##alert },
static const struct {
	int status;
	uint8_t alert;
} alerts[] = {
	A(INVALID_MAC, BAD_RECORD_MAC)
	A(INVALID_RECORD, DECODE_ERROR)
	A(UNEXPECTED_MESSAGE, UNEXPECTED_MESSAGE)
	A(UNEXPECTED_RECORD, UNEXPECTED_MESSAGE)
	A(PK_TYPE_MISMATCH, ILLEGAL_PARAMETER)
	A(UNKNOWN_IDENTITY, UNKNOWN_PSK_IDENTITY)
	COMPAT_ALERTS(A)
};
#undef A

/* The ranges of what is wrong with a certificate, and of what is wrong with a
 * key or a signature (mbedtls/error.h). */
#define IS_OF_X509(status)	((status) <= -0x2080 && (status) > -0x3080)
#define IS_OF_KEYS(status)	((status) <= -0x3880 && (status) > -0x5000)

uint8_t
mbed_error_alert(int status)
{
	for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
		if (alerts[i].status == status)
			return alerts[i].alert;
	if (IS_OF_X509(status))
		return MBEDTLS_SSL_ALERT_MSG_BAD_CERT;
	return IS_OF_KEYS(status) ? MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR :
	    MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE;
}

/* One line of text for `status`. */
static void
describe(int status, char *out, size_t room)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].status == status) {
			snprintf(out, room, "%s", words[i].text);
			return;
		}
	mbedtls_strerror(status, out, room);
}

bool
mbed_error_from(struct tls_error *err, enum tls_blame blame, int status,
    const char *format, ...)
{
	char text[160];
	va_list args;

	describe(status, text, sizeof text);
	va_start(args, format);
	common_refuse_for(err, blame, status, text, format, args);
	va_end(args);
	return false;
}

void
mbed_error_of_session(struct tls_session *session, int status,
    struct tls_error *err)
{
	err->blame = TLS_BLAME_PEER;
	for (size_t i = 0; i < sizeof blames / sizeof *blames; i++)
		if (blames[i].status == status)
			err->blame = blames[i].blame;
	/* Without this the code of a broken transport may be that of what
	 * the library was busy with.  A client who refused and left is no
	 * fault of the network. */
	if ((session->broken || session->ended) &&
	    status != MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE)
		err->blame = TLS_BLAME_NETWORK;
	err->native = status;
	err->alert_sent = session->alert_sent;
	err->alert_received = session->alert_received;
	describe(status, err->text, sizeof err->text);
	if (status == MBEDTLS_ERR_SSL_CONN_EOF && !session->opened)
		snprintf(err->text, sizeof err->text,
		    "the stream ended in the middle of the handshake");
}
