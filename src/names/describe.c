/* describe.c - a suite in the columns of openssl-ciphers(1)
 * SPDX-License-Identifier: Apache-2.0
 *
 * All of it stands in the suite's IANA name, which is
 * TLS_EXCHANGE_WITH_CIPHER_MAC, or TLS_CIPHER_HASH since TLS 1.3.
 */
#include <string.h>

#include "names/names.h"
#include "tls_types.h"

/* Where a name begins so; the first row that fits counts. */
static const struct {
	const char *prefix;
	const char *exchange, *authentication;
} exchanges[] = {
	{ "TLS_RSA_PSK_", "RSAPSK", "RSA" },
	{ "TLS_RSA_EXPORT1024_", "RSA(1024)", "RSA" },
	{ "TLS_RSA_EXPORT_", "RSA(512)", "RSA" },
	{ "TLS_RSA_", "RSA", "RSA" },
	{ "TLS_DHE_PSK_", "DHEPSK", "PSK" },
	{ "TLS_PSK_DHE_", "DHEPSK", "PSK" },
	{ "TLS_DHE_RSA_", "DH", "RSA" },
	{ "TLS_DHE_DSS_", "DH", "DSS" },
	{ "TLS_DH_anon_", "DH", "None" },
	{ "TLS_DH_RSA_", "DH/RSA", "DH" },
	{ "TLS_DH_DSS_", "DH/DSS", "DH" },
	{ "TLS_ECDHE_PSK_", "ECDHEPSK", "PSK" },
	{ "TLS_ECDHE_RSA_", "ECDH", "RSA" },
	{ "TLS_ECDHE_ECDSA_", "ECDH", "ECDSA" },
	{ "TLS_ECDH_anon_", "ECDH", "None" },
	{ "TLS_ECDH_RSA_", "ECDH/RSA", "ECDH" },
	{ "TLS_ECDH_ECDSA_", "ECDH/ECDSA", "ECDH" },
	{ "TLS_PSK_", "PSK", "PSK" },
	{ "TLS_SRP_SHA_RSA_", "SRP", "RSA" },
	{ "TLS_SRP_SHA_DSS_", "SRP", "DSS" },
	{ "TLS_SRP_SHA_", "SRP", "SRP" },
	{ "TLS_KRB5_", "KRB5", "KRB5" },
	{ "TLS_GOSTR341001_", "GOST", "GOST01" },
	{ "TLS_GOSTR341112_256_WITH_28147_", "GOST", "GOST12" },
	{ "TLS_GOSTR341112_256_", "GOST18", "GOST12" },
};

/* Where such a part follows; as above.  AEAD: there is no MAC. */
static const struct {
	const char *part;
	const char *encryption;
	bool aead;
} ciphers[] = {
	{ "AES_128_CCM_8", "AESCCM8(128)", true },
	{ "AES_256_CCM_8", "AESCCM8(256)", true },
	{ "AES_128_CCM", "AESCCM(128)", true },
	{ "AES_256_CCM", "AESCCM(256)", true },
	{ "AES_128_GCM_", "AESGCM(128)", true },
	{ "AES_256_GCM_", "AESGCM(256)", true },
	{ "AES_128_CBC_", "AES(128)", false },
	{ "AES_256_CBC_", "AES(256)", false },
	{ "ARIA_128_GCM_", "ARIAGCM(128)", true },
	{ "ARIA_256_GCM_", "ARIAGCM(256)", true },
	{ "ARIA_128_CBC_", "ARIA(128)", false },
	{ "ARIA_256_CBC_", "ARIA(256)", false },
	{ "CAMELLIA_128_GCM_", "CamelliaGCM(128)", true },
	{ "CAMELLIA_256_GCM_", "CamelliaGCM(256)", true },
	{ "CAMELLIA_128_CBC_", "Camellia(128)", false },
	{ "CAMELLIA_256_CBC_", "Camellia(256)", false },
	{ "CHACHA20_POLY1305_", "CHACHA20/POLY1305(256)", true },
	{ "SM4_GCM_", "SM4GCM(128)", true },
	{ "SM4_CCM_", "SM4CCM(128)", true },
	{ "AEGIS_128L_", "AEGIS(128)", true },
	{ "AEGIS_256_", "AEGIS(256)", true },
	{ "SEED_CBC_", "SEED(128)", false },
	{ "IDEA_CBC_", "IDEA(128)", false },
	{ "3DES_EDE_CBC_", "3DES(168)", false },
	{ "DES40_CBC_", "DES(40)", false },
	{ "DES_CBC_40_", "DES(40)", false },
	{ "DES_CBC_", "DES(56)", false },
	{ "RC4_128_", "RC4(128)", false },
	{ "RC4_56_", "RC4(56)", false },
	{ "RC4_40_", "RC4(40)", false },
	{ "RC2_CBC_56_", "RC2(56)", false },
	{ "RC2_CBC_40_", "RC2(40)", false },
	{ "NULL_", "None", false },
	{ "28147_CNT_", "GOST89(256)", false },
	{ "KUZNYECHIK_CTR_", "KUZNYECHIK(256)", false },
	{ "MAGMA_CTR_", "MAGMA(256)", false },
	{ "KUZNYECHIK_MGM_", "KUZNYECHIK(256)", true },
	{ "MAGMA_MGM_", "MAGMA(256)", true },
	{ "SHA256_SHA256", "None", false },
	{ "SHA384_SHA384", "None", false },
};

/* Where a name ends so. */
static const struct {
	const char *suffix;
	const char *mac;
} macs[] = {
	{ "_SHA", "SHA1" },
	{ "_SHA256", "SHA256" },
	{ "_SHA384", "SHA384" },
	{ "_SHA512", "SHA512" },
	{ "_MD5", "MD5" },
	{ "_IMIT", "GOST89" },
	{ "_GOSTR3411", "GOST94" },
	{ "_OMAC", "OMAC" },
};

#define SIZE(table)	(sizeof (table) / sizeof *(table))
#define UNKNOWN		"unknown"

static bool
begins_with(const char *string, const char *prefix)
{
	return strncmp(string, prefix, strlen(prefix)) == 0;
}

static bool
ends_with(const char *string, const char *suffix)
{
	size_t len = strlen(string), at = strlen(suffix);

	return len >= at && strcmp(string + len - at, suffix) == 0;
}

void
suite_describe(const struct suite *suite, struct suite_parts *out)
{
	const char *cipher = strstr(suite->iana, "_WITH_");
	const bool newest = suite->min_version >= TLS_VERSION_1_3;
	bool aead = false;

	*out = (struct suite_parts){ UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN };
	if (newest)
		out->exchange = out->authentication = "any";
	for (size_t i = 0; i < SIZE(exchanges) && !newest; i++)
		if (begins_with(suite->iana, exchanges[i].prefix)) {
			out->exchange = exchanges[i].exchange;
			out->authentication = exchanges[i].authentication;
			break;
		}
	cipher = cipher ? cipher + strlen("_WITH_") :
	    begins_with(suite->iana, "TLS_") ? suite->iana + strlen("TLS_") :
	    suite->iana;
	for (size_t i = 0; i < SIZE(ciphers); i++)
		if (begins_with(cipher, ciphers[i].part)) {
			out->encryption = ciphers[i].encryption;
			aead = ciphers[i].aead;
			break;
		}
	for (size_t i = 0; i < SIZE(macs) && !aead; i++)
		if (ends_with(suite->iana, macs[i].suffix))
			out->mac = macs[i].mac;
	if (aead)
		out->mac = "AEAD";
}
