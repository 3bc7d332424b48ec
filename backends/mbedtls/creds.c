/* creds.c - identities and roots, from bytes to the library's objects
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"
#include "unlock.h"

#include <stdlib.h>
#include <string.h>

/* The part of a code that names the module and its reason. */
#define HIGH_LEVEL(status)	(-(-(status) & 0x7f80))

/* Whether the bytes may well be right and the library is what lacks it. */
static bool
is_unknown_to_library(int status)
{
	switch (HIGH_LEVEL(status)) {
	case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
	case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
	case MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE:
	case MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE:
	case MBEDTLS_ERR_X509_UNKNOWN_OID:
	case MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG:
		return true;
	default:
		return false;
	}
}

static bool
load_chain(struct identity *id, const struct tls_identity *from,
    struct tls_error *err)
{
	for (size_t i = 0; i < from->num_chain; i++) {
		int status = mbedtls_x509_crt_parse_der_nocopy(&id->chain,
		    from->chain[i].data, from->chain[i].len);

		if (status && is_unknown_to_library(status))
			return mbed_error_from(err, TLS_BLAME_FEATURE, status,
			    "%s: Mbed TLS cannot use certificate %zu, take "
			    "one with an RSA or ECDSA key",
			    from->cert_origin, i + 1);
		if (status)
			return mbed_error_from(err, TLS_BLAME_CONFIG, status,
			    "%s: certificate %zu", from->cert_origin, i + 1);
	}
	return true;
}

static bool
is_pem(struct tls_span key)
{
	static const char begin[] = "-----BEGIN";

	return key.len > sizeof begin &&
	    memcmp(key.data, begin, sizeof begin - 1) == 0;
}

/* In DER a version number comes first in all forms but the encrypted one,
 * which begins with an algorithm. */
static bool
is_encrypted(struct tls_span key)
{
	size_t first;

	if (is_pem(key))
		return strstr((const char *)key.data, "ENCRYPTED") != NULL;
	if (key.len < 6 || key.data[0] != 0x30)
		return false;
	first = key.data[1] < 0x80 ? 2 : 2 + (key.data[1] & 0x7fu);
	return first < key.len && key.data[first] == 0x30;
}

static bool
explain_key(int status, const struct tls_identity *from,
    struct tls_error *err)
{
	const char *origin = from->key_origin;

	err->native = status;
	if (is_encrypted(from->key) && (!from->pass || !*from->pass))
		return common_refuse(err, TLS_BLAME_CONFIG,
		    "%s: the key is encrypted, give its pass phrase", origin);
	if (HIGH_LEVEL(status) == MBEDTLS_ERR_PK_PASSWORD_MISMATCH)
		return common_refuse(err, TLS_BLAME_CONFIG,
		    "%s: wrong pass phrase", origin);
	if (is_encrypted(from->key))
		return mbed_error_from(err, TLS_BLAME_CONFIG, status,
		    "%s: the key cannot be decrypted", origin);
	return mbed_error_from(err, is_unknown_to_library(status) ?
	    TLS_BLAME_FEATURE : TLS_BLAME_CONFIG, status, "%s: private key",
	    origin);
}

/* Parses what the library does not decrypt; UNLOCK_UNKNOWN: it is to try. */
static int
parse_unlocked(struct tls_server *server, struct identity *id,
    const struct tls_identity *from)
{
	struct mbed_bytes plain;
	int status;

	if (!is_encrypted(from->key) || !from->pass)
		return UNLOCK_UNKNOWN;
	status = is_pem(from->key) ?
	    mbed_unlock_pem(from->key, from->pass, &plain) :
	    mbed_unlock_key(from->key, from->pass, &plain);
	if (status)
		return status == MBEDTLS_ERR_PK_PASSWORD_MISMATCH ? status :
		    UNLOCK_UNKNOWN;
	status = compat_parse_key(&id->key, (struct tls_span){ plain.data,
		plain.len }, NULL, 0, &server->drbg);
	mbed_unlock_wipe(&plain);
	/* One wrong pass phrase in 256 leaves a padding that looks right. */
	return status == MBEDTLS_ERR_PK_KEY_INVALID_FORMAT ||
	    HIGH_LEVEL(status) == MBEDTLS_ERR_PK_KEY_INVALID_FORMAT ?
	    MBEDTLS_ERR_PK_PASSWORD_MISMATCH : status;
}

/* By their public halves.  mbedtls_pk_check_pair() would compute that of the
 * key anew, which takes longer than all else that a start needs. */
bool
mbed_creds_belong(mbedtls_pk_context *public_key, mbedtls_pk_context *key)
{
	uint8_t theirs[TLS_KEY_MAX_LEN], ours[TLS_KEY_MAX_LEN];
	int len = mbedtls_pk_write_pubkey_der(public_key, theirs,
	    sizeof theirs);

	/* It is written to the end. */
	return len > 0 && mbedtls_pk_write_pubkey_der(key, ours,
	    sizeof ours) == len && !memcmp(theirs + sizeof theirs - len,
	    ours + sizeof ours - len, (size_t)len);
}

static bool
load_key(struct tls_server *server, struct identity *id,
    const struct tls_identity *from, struct tls_error *err)
{
	struct tls_span text = from->key;
	int status;

	if (is_pem(text))
		text.len++;		/* the library wants the NUL counted */
	status = parse_unlocked(server, id, from);
	if (status == UNLOCK_UNKNOWN)
		status = compat_parse_key(&id->key, text, from->pass,
		    from->pass ? strlen(from->pass) : 0, &server->drbg);
	if (status)
		return explain_key(status, from, err);
	return mbed_creds_belong(&id->chain.pk, &id->key) ||
	    common_refuse_pair(from, err);
}

/* Has the library take the certificate for whatever it is needed for. */
static void
forget_usage(struct tls_server *server, mbedtls_x509_crt *leaf)
{
	const bool signs = mbedtls_x509_crt_check_key_usage(leaf,
	    MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0;

	if (mbedtls_pk_can_do(&leaf->pk, MBEDTLS_PK_ECDSA)) {
		server->has_ecdsa = true;
		server->signs_ecdsa |= signs;
	}
	FIELD(leaf, ext_types) &= ~(MBEDTLS_X509_EXT_KEY_USAGE |
	    MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE);
}

static bool
load_identity(struct tls_server *server, struct identity *id,
    const struct tls_identity *from, struct tls_error *err)
{
	int status;

	if (!load_chain(id, from, err) || !load_key(server, id, from, err))
		return false;
	if (mbed_corrects(server, MBED_KEY_USAGE))
		forget_usage(server, &id->chain);
	status = mbedtls_ssl_conf_own_cert(&server->conf, &id->chain,
	    &id->key);
	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "%s", from->cert_origin);
}

/* A bundle of roots may hold some of a kind that the library does not know;
 * it judges by the others. */
static bool
load_roots(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	int status = 0;

	for (size_t i = 0; i < config->num_roots; i++) {
		int each = mbedtls_x509_crt_parse_der_nocopy(&server->roots,
		    config->roots[i].data, config->roots[i].len);

		if (each == 0)
			server->has_roots = true;
		else
			status = each;
		if (each == 0 && i < config->num_named_roots)
			mbedtls_x509_crt_parse_der_nocopy(
			    &server->named_roots, config->roots[i].data,
			    config->roots[i].len);
	}
	if (status && !server->has_roots)
		return mbed_error_from(err, TLS_BLAME_CONFIG, status,
		    "none of the %zu trusted certificates can be read",
		    config->num_roots);
	if (server->has_roots)
		mbedtls_ssl_conf_ca_chain(&server->conf, &server->roots,
		    &server->crls);
	return true;
}

static bool
load_crls(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;

	if (config->crl_check == TLS_CRL_NONE)
		return true;
	for (size_t i = 0; i < config->num_crls; i++) {
		int status = mbedtls_x509_crl_parse_der(&server->crls,
		    config->crls[i].data, config->crls[i].len);

		if (status)
			return mbed_error_from(err, TLS_BLAME_CONFIG, status,
			    "revocation list %zu", i + 1);
	}
	return true;
}

bool
mbed_creds_load(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;

	if (config->num_identities) {
		server->identities = calloc(config->num_identities,
		    sizeof *server->identities);
		if (!server->identities)
			return common_refuse_memory(err);
	}
	for (size_t i = 0; i < config->num_identities; i++) {
		struct identity *id = &server->identities[i];

		mbedtls_x509_crt_init(&id->chain);
		mbedtls_pk_init(&id->key);
		server->num_identities++;
		if (!load_identity(server, id, &config->identities[i], err))
			return false;
	}
	return load_roots(server, err) && load_crls(server, err);
}

void
mbed_creds_clear(struct tls_server *server)
{
	for (size_t i = 0; i < server->num_identities; i++) {
		mbedtls_x509_crt_free(&server->identities[i].chain);
		mbedtls_pk_free(&server->identities[i].key);
	}
	free(server->identities);
	mbedtls_x509_crt_free(&server->roots);
	mbedtls_x509_crt_free(&server->named_roots);
	mbedtls_x509_crl_free(&server->crls);
}
