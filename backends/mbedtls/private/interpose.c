/* interpose.c - standing in front of functions that the library calls itself
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 4.4.2.1
 *
 * The library calls even its own functions through its table of symbols, and
 * a module comes before the libraries that it brings along.  So those of the
 * module's that bear the names of the library's are called instead, see what
 * nobody else can, and go on to the library's.  This works where the library
 * was not in the process before the module; a trial tells.
 */
#include "mbedtls.h"

#define STATUS_REQUEST		5
#define STATUS_TYPE_OCSP	1

#ifndef BACKEND_BUILTIN

/* The session that `ssl` is part of, or null: somebody else's. */
static struct tls_session *
session_of(const mbedtls_ssl_context *ssl)
{
	return FIELD(ssl, f_send) == mbed_io_send ? FIELD(ssl, p_bio) : NULL;
}

static struct mbed_originals
originals_of(const struct tls_session *session)
{
	struct mbed_originals found;

	if (session)
		return session->server->originals;
	mbed_originals_find(&found);
	return found;
}

/* ---- messages ---------------------------------------------------------- */

int
mbedtls_ssl_write_record(mbedtls_ssl_context *ssl, compat_flag flush)
{
	struct tls_session *session = session_of(ssl);
	struct mbed_originals originals = originals_of(session);

	if (session) {
		session->interposed = true;
		mbed_observe_unencrypted(session, (uint8_t)FIELD(ssl,
		    out_msgtype), (struct tls_span){ FIELD(ssl, out_msg),
		    FIELD(ssl, out_msglen) });
	}
	return originals.write_record ? originals.write_record(ssl, flush) :
	    MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

/* ---- staples in TLS 1.3 ------------------------------------------------ */

static size_t
get_u24(const uint8_t *at)
{
	return (size_t)at[0] << 16 | common_get_u16(at + 1);
}

/* Puts the response after the first certificate of a Certificate that is no
 * longer than what the library wrote; how many bytes that took. */
static size_t
staple(struct tls_session *session, uint8_t *body, size_t len)
{
	const struct tls_config *config = session->server->config;
	struct tls_span leaf, response = { NULL, 0 };
	uint8_t *at = body + 1 + 3;	/* no context in a handshake */
	size_t more;

	if (len < 1 + 3 + 3 + 2 || body[0] != 0)
		return 0;
	leaf = (struct tls_span){ at + 3, get_u24(at) };
	if (leaf.len + 1 + 3 + 3 + 2 > len)
		return 0;
	for (size_t i = 0; i < config->num_identities; i++) {
		struct tls_span own = config->identities[i].chain[0];

		if (own.len != leaf.len || memcmp(own.data, leaf.data, own.len))
			continue;
		session->seen.identity = (int)i;
		response = session->staples[i];
		break;
	}
	more = 2 + 2 + 1 + 3 + response.len;
	if (!response.len || COMMON_MESSAGE_HEADER_LEN + len + more >
	    MBEDTLS_SSL_OUT_CONTENT_LEN)
		return 0;
	at += 3 + leaf.len;		/* the length of its extensions */
	memmove(at + 2 + more, at + 2, len - (size_t)(at + 2 - body));
	common_put_u16(at, (unsigned)more);
	common_put_u16(at + 2, STATUS_REQUEST);
	common_put_u16(at + 4, (unsigned)(1 + 3 + response.len));
	at[6] = STATUS_TYPE_OCSP;
	common_put_u24(at + 7, response.len);
	memcpy(at + 10, response.data, response.len);
	common_put_u24(body + 1, get_u24(body + 1) + more);
	session->status_sent = true;
	return more;
}

int
mbedtls_ssl_add_hs_msg_to_checksum(mbedtls_ssl_context *ssl, unsigned type,
    const unsigned char *body, size_t len)
{
	struct tls_session *session = session_of(ssl);
	struct mbed_originals originals = originals_of(session);
	uint8_t *own = FIELD(ssl, out_msg) + COMMON_MESSAGE_HEADER_LEN;

	if (session && session->staples && type == COMMON_CERTIFICATE &&
	    body == own && compat_version(ssl) == TLS_VERSION_1_3) {
		session->stapled = staple(session, own, len);
		len += session->stapled;
	}
	return originals.hash_message ?
	    originals.hash_message(ssl, type, body, len) :
	    MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

int
mbedtls_ssl_finish_handshake_msg(mbedtls_ssl_context *ssl, size_t room,
    size_t len)
{
	struct tls_session *session = session_of(ssl);
	struct mbed_originals originals = originals_of(session);

	if (session) {
		len += session->stapled;
		session->stapled = 0;
	}
	return originals.finish_message ?
	    originals.finish_message(ssl, room, len) :
	    MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

#endif
