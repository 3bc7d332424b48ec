/* compat.c - what of compat.h is more than a line or two
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#else
#include <mbedtls/ssl_internal.h>
#endif

int
mbed_compat_init(void)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	if (psa_crypto_init() != PSA_SUCCESS)
		return MBEDTLS_ERR_SSL_HW_ACCEL_FAILED;
#endif
	/* The first call fills a table of the library's in; later ones, from
	 * other threads, only read it. */
	mbedtls_ssl_list_ciphersuites();
	return 0;
}

const uint8_t *
mbed_compat_exporter_secret(const struct tls_session *session)
{
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	const mbedtls_ssl_session *agreed = FIELD(&session->ssl,
	    session_negotiate);

	return agreed ? FIELD(agreed, app_secrets).exporter_master_secret :
	    NULL;
#else
	(void)session;
	return NULL;
#endif
}

int
mbed_compat_pbkdf2(mbedtls_md_type_t md, const char *pass,
    struct tls_span salt, unsigned iterations, struct mbed_bytes out)
{
	const unsigned char *secret = (const unsigned char *)pass;
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_pkcs5_pbkdf2_hmac_ext(md, secret, strlen(pass),
	    salt.data, salt.len, iterations, (uint32_t)out.len, out.data);
#else
	mbedtls_md_context_t hmac;
	int status;

	mbedtls_md_init(&hmac);
	status = mbedtls_md_setup(&hmac, mbedtls_md_info_from_type(md), 1);
	if (!status)
		status = mbedtls_pkcs5_pbkdf2_hmac(&hmac, secret, strlen(pass),
		    salt.data, salt.len, iterations, (uint32_t)out.len,
		    out.data);
	mbedtls_md_free(&hmac);
	return status;
#endif
}

void
mbed_compat_conf_p256(mbedtls_ssl_config *conf)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	static const uint16_t groups[] = {
		MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
		MBEDTLS_SSL_IANA_TLS_GROUP_NONE,
	};

	mbedtls_ssl_conf_groups(conf, groups);
#else
	static const mbedtls_ecp_group_id curves[] = {
		MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_NONE,
	};

	mbedtls_ssl_conf_curves(conf, curves);
#endif
}

void
mbed_compat_conf_sha1(mbedtls_ssl_config *conf)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	static const uint16_t schemes[] = {
		0x0403, 0x0503, 0x0603,		/* ECDSA */
		0x0806, 0x0805, 0x0804,		/* RSA-PSS */
		0x0601, 0x0501, 0x0401,		/* RSA */
		0x0203, 0x0201,			/* both with SHA-1 */
		0,
	};

	mbedtls_ssl_conf_sig_algs(conf, schemes);
#else
	static const int hashes[] = {
		MBEDTLS_MD_SHA512, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA256,
		MBEDTLS_MD_SHA224, MBEDTLS_MD_SHA1, MBEDTLS_MD_NONE,
	};

	mbedtls_ssl_conf_sig_hashes(conf, hashes);
#endif
}

/* ---- groups and signatures --------------------------------------------- */

static size_t
add_number(uint16_t *out, size_t room, size_t n, uint16_t number)
{
	if (n < room)
		out[n] = number;
	return n + 1;
}

/* SignatureAndHashAlgorithm (RFC 5246, 7.4.1.4.1) of RSA and ECDSA. */
static const struct {
	uint8_t hash;
	mbedtls_md_type_t md;
} hashes_of_schemes[] = {
	{ 6, MBEDTLS_MD_SHA512 }, { 5, MBEDTLS_MD_SHA384 },
	{ 4, MBEDTLS_MD_SHA256 }, { 3, MBEDTLS_MD_SHA224 },
	{ 2, MBEDTLS_MD_SHA1 },
};
#define NUM_HASHES (sizeof hashes_of_schemes / sizeof *hashes_of_schemes)

size_t
mbed_compat_signatures(uint16_t *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < NUM_HASHES; i++) {
		unsigned hash = hashes_of_schemes[i].hash;

		if (!mbedtls_md_info_from_type(hashes_of_schemes[i].md))
			continue;
		n = add_number(out, room, n, (uint16_t)(hash << 8 | 3));
		if (MBEDTLS_VERSION_MAJOR >= 3 && hash >= 4) /* RSA-PSS */
			n = add_number(out, room, n, (uint16_t)(0x800 | hash));
		n = add_number(out, room, n, (uint16_t)(hash << 8 | 1));
	}
	return n;
}

#if MBEDTLS_VERSION_MAJOR >= 3

size_t
mbed_compat_groups(uint16_t *out, size_t room)
{
	mbedtls_ssl_config conf;
	const uint16_t *list = NULL;
	size_t n = 0;

	mbedtls_ssl_config_init(&conf);
	if (mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_SERVER,
	    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) == 0)
		list = FIELD(&conf, group_list);
	for (; list && *list; list++)
		n = add_number(out, room, n, *list);
	mbedtls_ssl_config_free(&conf);
	return n;
}

compat_group
mbed_compat_group(uint16_t group)
{
	return group;
}

void
mbed_compat_add_signature(struct compat_signatures *to, uint16_t scheme)
{
	if (to->num < COMPAT_MAX_LIST)
		to->list[to->num++] = scheme;
}

void
mbed_compat_pick_signatures(mbedtls_ssl_context *ssl, uint16_t rsa,
    uint16_t ecdsa)
{
	(void)ssl;
	(void)rsa;
	(void)ecdsa;
}

#else

size_t
mbed_compat_groups(uint16_t *out, size_t room)
{
	size_t n = 0;

	for (const mbedtls_ecp_curve_info *curve = mbedtls_ecp_curve_list();
	    curve->grp_id != MBEDTLS_ECP_DP_NONE; curve++)
		n = add_number(out, room, n, curve->tls_id);
	return n;
}

compat_group
mbed_compat_group(uint16_t group)
{
	const mbedtls_ecp_curve_info *curve =
	    mbedtls_ecp_curve_info_from_tls_id(group);

	return curve ? curve->grp_id : MBEDTLS_ECP_DP_NONE;
}

static int
hash_of(uint16_t scheme)
{
	for (size_t i = 0; i < NUM_HASHES; i++)
		if (hashes_of_schemes[i].hash == scheme >> 8)
			return hashes_of_schemes[i].md;
	return MBEDTLS_MD_NONE;
}

void
mbed_compat_add_signature(struct compat_signatures *to, uint16_t scheme)
{
	int hash = hash_of(scheme);

	for (size_t i = 0; i < to->num; i++)
		if (to->list[i] == hash)
			return;
	if (hash != MBEDTLS_MD_NONE && to->num < COMPAT_MAX_LIST)
		to->list[to->num++] = hash;
}

void
mbed_compat_pick_signatures(mbedtls_ssl_context *ssl, uint16_t rsa,
    uint16_t ecdsa)
{
	if (!ssl->handshake)
		return;
	ssl->handshake->hash_algs.rsa = (mbedtls_md_type_t)hash_of(rsa);
	ssl->handshake->hash_algs.ecdsa = (mbedtls_md_type_t)hash_of(ecdsa);
}

#endif
