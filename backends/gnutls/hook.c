/* hook.c - every handshake message that the library reads or writes
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library calls its hook before it acts on a message that came, and
 * before it hashes and sends one of its own.
 */
#include "gnutls.h"

static int
hook(gnutls_session_t tls, unsigned type, unsigned when, unsigned incoming,
    const gnutls_datum_t *body)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);

	(void)when;
	/* Last of all refusals: the library has found a suite. */
	if (!incoming && session->choice && session->choice->alpn_refused &&
	    (type == GNUTLS_HANDSHAKE_SERVER_HELLO ||
	    type == GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST))
		return GNUTLS_E_NO_APPLICATION_PROTOCOL;
	gnu_priority_message(session, type, incoming != 0);
	gnu_edit_message(session, type, incoming != 0, body);
	gnu_observe_message(session, type, incoming != 0, body);
	return 0;
}

void
gnu_hook_open(struct tls_session *session)
{
	gnutls_handshake_set_hook_function(session->tls, GNUTLS_HANDSHAKE_ANY,
	    GNUTLS_HOOK_PRE, hook);
}
