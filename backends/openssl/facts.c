/* facts.c - what has been negotiated
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.2.3
 */
#include "openssl.h"

#include <stdlib.h>
#include <string.h>

/* In TLS 1.3 the library calls it so wherever a key was there before. */
static bool
resumed(const struct tls_session *session)
{
	return SSL_session_reused(session->ssl) && !session->psk_identity;
}

/* A session of TLS 1.2 that is resumed has no key exchange, though the library
 * remembers that of the first.  After a HelloRetryRequest it has no session,
 * and looks for the group there. */
static uint16_t
group_of(SSL *ssl, uint16_t version)
{
	if (!SSL_get0_session(ssl) ||
	    (version < TLS1_3_VERSION && SSL_session_reused(ssl)))
		return 0;
	return openssl_group_number((int)SSL_get_negotiated_group(ssl));
}

/* Kinds of signature whose number holds that of the hash, and those that
 * stand for themselves. */
static const struct {
	int nid;
	uint16_t scheme;
	enum { FIXED, HASH_ABOVE, HASH_BESIDE } hash;
} signatures[] = {
	{ EVP_PKEY_EC, 3, HASH_ABOVE },
	{ EVP_PKEY_RSA, 1, HASH_ABOVE },
	{ EVP_PKEY_DSA, 2, HASH_ABOVE },
	{ EVP_PKEY_RSA_PSS, 0x0800, HASH_BESIDE },
	{ EVP_PKEY_ED25519, 0x0807, FIXED },
	{ EVP_PKEY_ED448, 0x0808, FIXED },
#define S(nid, scheme) { nid, scheme, FIXED },
	OPENSSL_LATER_SIGNATURES(S)
#undef S
};

static const struct {
	int nid;
	uint8_t number;
} hashes[] = {
	{ NID_sha256, 4 },
	{ NID_sha384, 5 },
	{ NID_sha512, 6 },
	{ NID_sha1, 2 },
	{ NID_sha224, 3 },
};

static uint16_t
hash_number(int nid)
{
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (nid == hashes[i].nid)
			return hashes[i].number;
	return 0;
}

/* The SignatureScheme of a signature of kind `type` over `hash` with `key`,
 * which tells rsa_pss_pss from rsa_pss_rsae. */
static uint16_t
scheme_of(int type, int hash, const EVP_PKEY *key)
{
	uint16_t number = hash_number(hash);

	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
		if (type != signatures[i].nid)
			continue;
		if (signatures[i].hash == FIXED)
			return signatures[i].scheme;
		if (!number)
			return 0;
		if (signatures[i].hash == HASH_ABOVE)
			return (uint16_t)(number << 8 | signatures[i].scheme);
		if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS)
			number = (uint16_t)(number + 5);
		return (uint16_t)(signatures[i].scheme | number);
	}
	return 0;
}

static void
tell_signatures(SSL *ssl, struct tls_facts *out)
{
	X509 *peer = SSL_get0_peer_certificate(ssl);
	int type, hash;

	if (SSL_get_signature_type_nid(ssl, &type) == 1) {
		hash = NID_undef;
		SSL_get_signature_nid(ssl, &hash);
		out->signature = scheme_of(type, hash,
		    SSL_get_privatekey(ssl));
	}
	if (peer && SSL_get_peer_signature_type_nid(ssl, &type) == 1) {
		hash = NID_undef;
		SSL_get_peer_signature_nid(ssl, &hash);
		out->peer_signature = scheme_of(type, hash,
		    X509_get0_pubkey(peer));
	}
}

/* The certificate that was sent: none was where a session was resumed, or
 * where the suite knows no certificates. */
static int
identity_of(const struct tls_session *session, const SSL_CIPHER *cipher)
{
	int kind = SSL_CIPHER_get_auth_nid(cipher);

	if (SSL_session_reused(session->ssl) || kind == NID_auth_null ||
	    kind == NID_auth_psk)
		return -1;
	return openssl_identity_in_use(session);
}

int
openssl_identity_in_use(const struct tls_session *session)
{
	const struct tls_server *server = session->server;
	const X509 *cert = SSL_get_certificate(session->ssl);

	for (size_t i = 0; i < server->num_identities; i++)
		if (cert == server->identities[i].cert)
			return (int)i;
	return -1;
}

/* Lends the peer's chain in one piece of memory. */
static void
lend_chain(struct tls_session *session, struct tls_facts *out)
{
	X509 *list[TLS_FACTS_MAX_CHAIN];
	STACK_OF(X509) *others = SSL_get_peer_cert_chain(session->ssl);
	size_t num = 0, total = 0;
	unsigned char *p;
	int len;

	free(session->peer_chain);
	session->peer_chain = NULL;
	list[num] = SSL_get0_peer_certificate(session->ssl);
	if (!list[num++])
		return;
	/* On a server, what the library calls the chain lacks the first. */
	for (int i = 0; i < sk_X509_num(others) && num < TLS_FACTS_MAX_CHAIN;
	    i++)
		list[num++] = sk_X509_value(others, i);
	for (size_t i = 0; i < num; i++) {
		len = i2d_X509(list[i], NULL);
		if (len <= 0)
			return;
		total += (size_t)len;
	}
	session->peer_chain = p = malloc(total);
	if (!p)
		return;
	for (size_t i = 0; i < num; i++) {
		out->peer_chain[i].data = p;
		out->peer_chain[i].len = (size_t)i2d_X509(list[i], &p);
	}
	out->num_peer_chain = num;
}

static enum tls_known
known(bool yes)
{
	return yes ? TLS_YES : TLS_NO;
}

static void
tell_npn(const SSL *ssl, struct tls_facts *out)
{
#if OPENSSL_HAS_NPN
	unsigned len;

	SSL_get0_next_proto_negotiated(ssl, &out->npn.data, &len);
	out->npn.len = len;
#else
	(void)ssl;
	(void)out;
#endif
}

void
openssl_facts(struct tls_session *session, struct tls_facts *out)
{
	SSL *ssl = session->ssl;
	const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
	const SSL_SESSION *resumption = SSL_get0_session(ssl);
	unsigned len;

	openssl_clear_errors();
	*out = (struct tls_facts){ .identity = -1 };
	/* Before a suite is chosen, the library's version is a wish. */
	if (!cipher)
		cipher = SSL_get_pending_cipher(ssl);
	if (!cipher)
		return;
	out->version = (uint16_t)SSL_version(ssl);
	out->suite = SSL_CIPHER_get_protocol_id(cipher);
	out->group = group_of(ssl, out->version);
	tell_signatures(ssl, out);
	if (session->established) {
		out->resumed = known(resumed(session));
		out->identity = identity_of(session, cipher);
	}
	if (session->established && out->version < TLS1_3_VERSION) {
		out->extended_master = known(SSL_get_extms_support(ssl) == 1);
		out->secure_renegotiation = known(
		    SSL_get_secure_renegotiation_support(ssl));
	}
	SSL_get0_alpn_selected(ssl, &out->alpn.data, &len);
	out->alpn.len = len;
	if (out->version < TLS1_3_VERSION || SSL_session_reused(ssl))
		out->psk_identity = (struct tls_span){ session->psk_identity,
		    session->psk_identity_len };
	tell_npn(ssl, out);
	out->status_sent = known(session->status_sent);
	if (resumption) {
		out->session_id.data = SSL_SESSION_get_id(resumption, &len);
		out->session_id.len = len;
		out->secret.data = session->secret;
		out->secret.len = SSL_SESSION_get_master_key(resumption,
		    session->secret, sizeof session->secret);
	}
	lend_chain(session, out);
	openssl_clear_errors();
}
