/* keyupdate.c - KeyUpdate, both ways
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 4.6.3
 *
 * The library knows no KeyUpdate: it neither sends one, nor reads one that
 * comes, but then only fails the read, and can go on.  All else is there: the
 * secrets are told when they are made, and the rest is exported.
 */
#include "mbedtls.h"

#define UPDATE_LEN	5

void
mbed_keyupdate_secret(struct tls_session *session, const char *label,
    struct tls_span secret)
{
	bool own = !strcmp(label, "SERVER_TRAFFIC_SECRET_0");
	struct mbed_traffic *traffic = own ? &session->own : &session->peer;

	if ((!own && strcmp(label, "CLIENT_TRAFFIC_SECRET_0")) ||
	    secret.len > sizeof traffic->secret.bytes)
		return;
	memcpy(traffic->secret.bytes, secret.data, secret.len);
	traffic->secret.len = secret.len;
}

int
mbed_keyupdate_send(struct tls_session *session, bool ask_peer)
{
	uint8_t message[UPDATE_LEN] = { COMMON_KEY_UPDATE, 0, 0, 1, ask_peer };
	int written = mbed_private_write(&session->server->originals,
	    &session->ssl, (struct tls_span){ message, sizeof message });
	int status = written;

	/* It is encrypted by now, sent or not. */
	if (!written || written == MBEDTLS_ERR_SSL_WANT_WRITE)
		status = mbed_traffic_renew(&session->ssl, &session->own,
		    TLS_SENT);
	if (status)
		return status;
	session->owes_update = false;
	/* Where messages are wanted the record has been read on its way. */
	mbed_reveal_renew(session);
	mbed_tell_state(session, TLS_SENT, COMMON_HANDSHAKE,
	    COMMON_KEY_UPDATE);
	return written;
}

bool
mbed_keyupdate_read(struct tls_session *session, int *status)
{
	struct tls_span in = mbed_private_received(&session->ssl,
	    COMMON_HANDSHAKE);
	uint8_t asked;

	if (*status != MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE ||
	    compat_version(&session->ssl) != TLS_VERSION_1_3 ||
	    !mbed_corrects(session->server, MBED_KEY_UPDATE) ||
	    !mbed_private_at_rest(&session->ssl) ||
	    !session->peer.secret.len || in.len != UPDATE_LEN ||
	    in.data[0] != COMMON_KEY_UPDATE)
		return false;
	asked = in.data[UPDATE_LEN - 1];
	mbed_tell_message(session, TLS_RECEIVED, COMMON_HANDSHAKE, in);
	mbed_tell_state(session, TLS_RECEIVED, COMMON_HANDSHAKE,
	    COMMON_KEY_UPDATE);
	if (asked > 1)
		return false;
	*status = mbed_traffic_renew(&session->ssl, &session->peer,
	    TLS_RECEIVED);
	if (*status)
		return false;
	if (asked)
		session->owes_update = true;
	return true;
}
