/* psk.c - pre-shared keys
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 4279; RFC 8446, 4.2.11
 */
#include "gnutls.h"

#include <string.h>

/* The library would go on with a key of its own making, lest the client learn
 * which identities there are; the reference tells it. */
static int
find_key(gnutls_session_t tls, const gnutls_datum_t *identity,
    gnutls_datum_t *key)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);
	struct tls_host *host = session->host;
	struct tls_span found = host->ops->psk(host,
	    (struct tls_span){ identity->data, identity->size });

	if (found.len == 0) {
		session->psk_refused = gnu_corrects(session->server,
		    GNU_UNKNOWN_PSK);
		return -1;
	}
	key->data = gnutls_malloc(found.len);
	if (!key->data)
		return -1;
	memcpy(key->data, found.data, found.len);
	key->size = (unsigned)found.len;
	return 0;
}

static int
set_hint(struct tls_server *server)
{
	struct tls_span hint = server->config->psk_hint;
	char text[129];

	if (!hint.data)
		return 0;
	if (hint.len >= sizeof text || memchr(hint.data, '\0', hint.len))
		return GNUTLS_E_INVALID_REQUEST;
	memcpy(text, hint.data, hint.len);
	text[hint.len] = '\0';
	return gnutls_psk_set_server_credentials_hint(server->psk, text);
}

bool
gnu_psk_open(struct tls_server *server, struct tls_error *err)
{
	int code;

	if (!server->config->psk)
		return true;
	code = gnutls_psk_allocate_server_credentials(&server->psk);
	/* Without memory it reports success. */
	if (code >= 0 && !server->psk)
		code = GNUTLS_E_MEMORY_ERROR;
	if (code < 0) {
		server->psk = NULL;
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "pre-shared keys");
	}
	gnutls_psk_set_server_credentials_function2(server->psk, find_key);
	if (server->dh_params)
		gnutls_psk_set_server_dh_params(server->psk,
		    server->dh_params);
	else
		gnutls_psk_set_server_known_dh_params(server->psk,
		    GNUTLS_SEC_PARAM_MEDIUM);
	code = set_hint(server);
	return code >= 0 || gnu_error_code(err, TLS_BLAME_CONFIG, code,
	    "the hint about pre-shared keys: GnuTLS takes one of up to 128 "
	    "bytes without a NUL");
}

void
gnu_psk_close(struct tls_server *server)
{
	if (server->psk)
		gnutls_psk_free_server_credentials(server->psk);
}

/* ---- TLS 1.3 ---------------------------------------------------------- */

/* The identity that the library would ask for: the first one without an age,
 * which a ticket has (RFC 8446, 4.2.11). */
static struct tls_span
external_identity(struct tls_span list)
{
	struct tls_span identity = { NULL, 0 };
	size_t end, at = 2;

	if (list.len < 2)
		return identity;
	end = 2 + (size_t)common_get_u16(list.data);
	while (end <= list.len && end - at >= 2) {
		const uint8_t *entry = list.data + at;
		size_t len = common_get_u16(entry);
		static const uint8_t no_age[4];

		if (end - at - 2 < len + sizeof no_age)
			break;
		identity = (struct tls_span){ entry + 2, len };
		if (len > 0 &&
		    memcmp(entry + 2 + len, no_age, sizeof no_age) == 0)
			return identity;
		at += 2 + len + sizeof no_age;
	}
	return (struct tls_span){ NULL, 0 };
}

/* Where the key of an identity is not known, TLS 1.3 goes on without; the
 * library fails if it has to say so itself. */
bool
gnu_psk_fits(struct tls_session *session)
{
	const struct tls_hello *hello = session->hello;
	struct tls_host *host = session->host;
	const struct tls_extension *offered = common_extension(hello, 41);
	struct tls_span identity;

	if (!session->server->psk)
		return false;
	if (session->choice_version != TLS_VERSION_1_3 || !hello ||
	    !gnu_corrects(session->server, GNU_UNKNOWN_PSK))
		return true;
	if (!offered)
		return false;
	identity = external_identity(offered->body);
	return identity.len > 0 && host->ops->psk(host, identity).len > 0;
}
