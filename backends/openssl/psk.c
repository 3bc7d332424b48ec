/* psk.c - keys that both sides had before
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 4279; RFC 8446, 4.2.11
 *
 * In TLS 1.3 the library chooses the suite before it looks at the keys that a
 * client offers, and one of another hash than the key's makes the key useless.
 * A key that is not said to be for another hash is for SHA-256; so a client
 * that offers one which the host knows is left the suites of that hash.
 */
#include "openssl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what was used ---------------------------------------------------- */

void
openssl_forget_psk(struct tls_session *session)
{
	free(session->psk_identity);
	session->psk_identity = NULL;
	session->psk_identity_len = 0;
}

/* Without memory the handshake goes on as if the key were not known. */
static bool
keep_identity(struct tls_session *session, struct tls_span identity)
{
	openssl_forget_psk(session);
	session->psk_identity = malloc(identity.len ? identity.len : 1);
	if (!session->psk_identity)
		return false;
	memcpy(session->psk_identity, identity.data, identity.len);
	session->psk_identity_len = identity.len;
	return true;
}

static struct tls_span
ask(const struct tls_session *session, struct tls_span identity)
{
	return session->host->ops->psk(session->host, identity);
}

/* ---- up to TLS 1.2 ---------------------------------------------------- */

/* The library asks here in TLS 1.3 too, for what find_session did not know. */
static unsigned
give_key(SSL *ssl, const char *name, unsigned char *out, unsigned room)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_span identity, key;

	if (SSL_version(ssl) >= TLS1_3_VERSION || !name)
		return 0;
	identity = (struct tls_span){ (const uint8_t *)name, strlen(name) };
	key = ask(session, identity);
	if (!key.len || key.len > room || !keep_identity(session, identity))
		return 0;
	memcpy(out, key.data, key.len);
	return (unsigned)key.len;
}

static bool
set_hint(struct tls_server *server, struct tls_error *err)
{
	struct tls_span hint = server->config->psk_hint;
	char text[129];

	if (!hint.data)
		return true;
	if (hint.len >= sizeof text || memchr(hint.data, 0, hint.len))
		return openssl_error(err, TLS_BLAME_FEATURE, "-psk_hint: "
		    "this library has no hints of more than 128 bytes, or "
		    "with a zero byte");
	memcpy(text, hint.data, hint.len);
	text[hint.len] = '\0';
	return SSL_CTX_use_psk_identity_hint(server->ctx, text) == 1 ||
	    openssl_library_error(err, TLS_BLAME_CONFIG, "-psk_hint");
}

/* ---- TLS 1.3 ---------------------------------------------------------- */

/* Any suite of SHA-256: the library compares no more than the hash. */
static SSL_SESSION *
make_session(SSL *ssl, struct tls_span key)
{
	static const unsigned char suite[2] = { 0x13, 0x01 };
	const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, suite);
	SSL_SESSION *made = SSL_SESSION_new();

	if (made && cipher &&
	    SSL_SESSION_set1_master_key(made, key.data, key.len) == 1 &&
	    SSL_SESSION_set_cipher(made, cipher) == 1 &&
	    SSL_SESSION_set_protocol_version(made, TLS1_3_VERSION) == 1)
		return made;
	SSL_SESSION_free(made);
	return NULL;
}

/* Asked for one identity after the other, tickets included, until there is one
 * that the library takes: if it takes any, the last one asked for. */
static int
find_session(SSL *ssl, const unsigned char *name, size_t len,
    SSL_SESSION **out)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_span identity = { name, len };
	struct tls_span key = ask(session, identity);

	openssl_forget_psk(session);
	*out = NULL;
	if (!key.len)
		return 1;
	*out = make_session(ssl, key);
	if (*out && keep_identity(session, identity))
		return 1;
	SSL_SESSION_free(*out);
	*out = NULL;
	return 0;
}

/* ---- the suites of a client with a key -------------------------------- */

/* Takes a length of two bytes and as many bytes off `in`. */
static bool
take(struct tls_span *in, struct tls_span *out)
{
	if (in->len < 2)
		return false;
	out->len = (size_t)(in->data[0] << 8 | in->data[1]);
	out->data = in->data + 2;
	if (out->len > in->len - 2)
		return false;
	in->data += 2 + out->len;
	in->len -= 2 + out->len;
	return true;
}

/* Whether the pre_shared_key extension names an identity that the host
 * knows. */
static bool
offers_known(const struct tls_session *session, struct tls_span body)
{
	struct tls_span list, identity;

	if (!take(&body, &list))
		return false;
	while (take(&list, &identity) && list.len >= 4) {
		if (identity.len && ask(session, identity).len)
			return true;
		list.data += 4;		/* obfuscated_ticket_age */
		list.len -= 4;
	}
	return false;
}

static bool
offers_suite(const unsigned char *offer, size_t len, uint16_t suite)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		if (suite == (uint16_t)(offer[i] << 8 | offer[i + 1]))
			return true;
	return false;
}

/* Leaves this connection the suites of TLS 1.3 with SHA-256, if the client has
 * one of them. */
static bool
keep_sha256(SSL *ssl)
{
	const STACK_OF(SSL_CIPHER) *all = SSL_get_ciphers(ssl);
	const unsigned char *offer;
	size_t len = SSL_client_hello_get0_ciphers(ssl, &offer), at = 0;
	const SSL_CIPHER *cipher;
	const EVP_MD *digest;
	char list[512];
	bool shared = false;
	int added;

	for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
		cipher = sk_SSL_CIPHER_value(all, i);
		/* Null where the library could not load it. */
		digest = SSL_CIPHER_get_handshake_digest(cipher);
		if (strcmp(SSL_CIPHER_get_version(cipher), "TLSv1.3") ||
		    !digest || EVP_MD_get_type(digest) != NID_sha256)
			continue;
		added = snprintf(list + at, sizeof list - at, "%s%s",
		    at ? ":" : "", SSL_CIPHER_get_name(cipher));
		if (added < 0 || (size_t)added >= sizeof list - at)
			return true;
		at += (size_t)added;
		shared = shared || offers_suite(offer, len,
		    SSL_CIPHER_get_protocol_id(cipher));
	}
	return !shared || SSL_set_ciphersuites(ssl, list) == 1;
}

static int
read_hello(SSL *ssl, int *alert, void *arg)
{
	const struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_span body;

	(void)arg;
	if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_psk, &body.data,
	    &body.len) == 1 && offers_known(session, body) &&
	    !keep_sha256(ssl)) {
		*alert = SSL_AD_INTERNAL_ERROR;
		return SSL_CLIENT_HELLO_ERROR;
	}
	return SSL_CLIENT_HELLO_SUCCESS;
}

bool
openssl_set_psk(struct tls_server *server, struct tls_error *err)
{
	if (!server->config->psk)
		return true;
	SSL_CTX_set_psk_server_callback(server->ctx, give_key);
	SSL_CTX_set_psk_find_session_callback(server->ctx, find_session);
	SSL_CTX_set_client_hello_cb(server->ctx, read_hello, NULL);
	return set_hint(server, err);
}
