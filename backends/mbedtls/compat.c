/* compat.c - what of compat.h is more than a line or two
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
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
