/* facts.c - what has been negotiated
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.2.3 and 4.2.7
 */
#include "openssl.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	int nid;
	uint16_t group;
} groups[] = {
	{ NID_X9_62_prime256v1, 23 },
	{ NID_X25519, 29 },
	{ NID_secp384r1, 24 },
	{ NID_secp521r1, 25 },
	{ NID_X448, 30 },
	{ NID_ffdhe2048, 256 },
	{ NID_ffdhe3072, 257 },
	{ NID_ffdhe4096, 258 },
	{ NID_ffdhe6144, 259 },
	{ NID_ffdhe8192, 260 },
	{ NID_brainpoolP256r1, 26 },
	{ NID_brainpoolP384r1, 27 },
	{ NID_brainpoolP512r1, 28 },
	{ NID_secp256k1, 22 },
	{ NID_secp224r1, 21 },
	{ NID_secp224k1, 20 },
	{ NID_X9_62_prime192v1, 19 },
	{ NID_secp192k1, 18 },
	{ NID_secp160r2, 17 },
	{ NID_secp160r1, 16 },
	{ NID_secp160k1, 15 },
	{ NID_sect571r1, 14 },
	{ NID_sect571k1, 13 },
	{ NID_sect409r1, 12 },
	{ NID_sect409k1, 11 },
	{ NID_sect283r1, 10 },
	{ NID_sect283k1, 9 },
	{ NID_sect239k1, 8 },
	{ NID_sect233r1, 7 },
	{ NID_sect233k1, 6 },
	{ NID_sect193r2, 5 },
	{ NID_sect193r1, 4 },
	{ NID_sect163r2, 3 },
	{ NID_sect163r1, 2 },
	{ NID_sect163k1, 1 },
};

/* A session of TLS 1.2 that is resumed has no key exchange, though the library
 * remembers that of the first. */
static uint16_t
group_of(SSL *ssl, uint16_t version)
{
	int nid;

	if (version < TLS1_3_VERSION && SSL_session_reused(ssl))
		return 0;
	nid = (int)SSL_get_negotiated_group(ssl);
	if (nid & OPENSSL_GROUP_NAMELESS)
		return (uint16_t)nid;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (nid == groups[i].nid)
			return groups[i].group;
	return 0;
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
	const struct tls_server *server = session->server;
	const X509 *cert = SSL_get_certificate(session->ssl);
	int kind = SSL_CIPHER_get_auth_nid(cipher);

	if (SSL_session_reused(session->ssl) || kind == NID_auth_null ||
	    kind == NID_auth_psk)
		return -1;
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

void
openssl_facts(struct tls_session *session, struct tls_facts *out)
{
	SSL *ssl = session->ssl;
	const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
	const SSL_SESSION *resumption = SSL_get0_session(ssl);
	unsigned len;

	openssl_forgive();
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
		out->resumed = known(SSL_session_reused(ssl));
		out->identity = identity_of(session, cipher);
	}
	if (session->established && out->version < TLS1_3_VERSION) {
		out->extended_master = known(SSL_get_extms_support(ssl) == 1);
		out->secure_renegotiation = known(
		    SSL_get_secure_renegotiation_support(ssl));
	}
	SSL_get0_alpn_selected(ssl, &out->alpn.data, &len);
	out->alpn.len = len;
	if (resumption) {
		out->session_id.data = SSL_SESSION_get_id(resumption, &len);
		out->session_id.len = len;
	}
	lend_chain(session, out);
	openssl_forgive();
}
