/* lists.c - suites, groups and signatures: the library's, and a config's
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.2.3 and 4.2.7
 *
 * What a build or a provider lacks is found out by asking for it.
 */
#include "openssl.h"

#include <stdlib.h>
#include <string.h>

struct word {
	uint16_t number;
	int nid;			/* or NID_undef */
	const char *name;
};

/* In the order of the library's own list as far as that goes. */
static const struct word groups[] = {
	{ 4588, NID_undef, "X25519MLKEM768" },
	{ 29, NID_X25519, "x25519" },
	{ 23, NID_X9_62_prime256v1, "secp256r1" },
	{ 30, NID_X448, "x448" },
	{ 25, NID_secp521r1, "secp521r1" },
	{ 24, NID_secp384r1, "secp384r1" },
	{ 256, NID_ffdhe2048, "ffdhe2048" },
	{ 257, NID_ffdhe3072, "ffdhe3072" },
	{ 258, NID_ffdhe4096, "ffdhe4096" },
	{ 259, NID_ffdhe6144, "ffdhe6144" },
	{ 260, NID_ffdhe8192, "ffdhe8192" },
	{ 4587, NID_undef, "SecP256r1MLKEM768" },
	{ 4589, NID_undef, "SecP384r1MLKEM1024" },
	{ 4590, NID_undef, "curveSM2MLKEM768" },
	{ 513, NID_undef, "MLKEM768" },
	{ 514, NID_undef, "MLKEM1024" },
	{ 512, NID_undef, "MLKEM512" },
	{ 33, NID_undef, "brainpoolP512r1tls13" },
	{ 32, NID_undef, "brainpoolP384r1tls13" },
	{ 31, NID_undef, "brainpoolP256r1tls13" },
	{ 41, NID_undef, "curveSM2" },
	{ 28, NID_brainpoolP512r1, "brainpoolP512r1" },
	{ 27, NID_brainpoolP384r1, "brainpoolP384r1" },
	{ 26, NID_brainpoolP256r1, "brainpoolP256r1" },
	{ 22, NID_secp256k1, "secp256k1" },
	{ 21, NID_secp224r1, "secp224r1" },
	{ 20, NID_secp224k1, "secp224k1" },
	{ 19, NID_X9_62_prime192v1, "secp192r1" },
	{ 18, NID_secp192k1, "secp192k1" },
	{ 17, NID_secp160r2, "secp160r2" },
	{ 16, NID_secp160r1, "secp160r1" },
	{ 15, NID_secp160k1, "secp160k1" },
	{ 14, NID_sect571r1, "sect571r1" },
	{ 13, NID_sect571k1, "sect571k1" },
	{ 12, NID_sect409r1, "sect409r1" },
	{ 11, NID_sect409k1, "sect409k1" },
	{ 10, NID_sect283r1, "sect283r1" },
	{ 9, NID_sect283k1, "sect283k1" },
	{ 8, NID_sect239k1, "sect239k1" },
	{ 7, NID_sect233r1, "sect233r1" },
	{ 6, NID_sect233k1, "sect233k1" },
	{ 5, NID_sect193r2, "sect193r2" },
	{ 4, NID_sect193r1, "sect193r1" },
	{ 3, NID_sect163r2, "sect163r2" },
	{ 2, NID_sect163r1, "sect163r1" },
	{ 1, NID_sect163k1, "sect163k1" },
};

static const struct word signatures[] = {
	{ 0x0904, NID_undef, "mldsa44" },
	{ 0x0905, NID_undef, "mldsa65" },
	{ 0x0906, NID_undef, "mldsa87" },
	{ 0x0403, NID_undef, "ecdsa_secp256r1_sha256" },
	{ 0x0503, NID_undef, "ecdsa_secp384r1_sha384" },
	{ 0x0603, NID_undef, "ecdsa_secp521r1_sha512" },
	{ 0x0807, NID_undef, "ed25519" },
	{ 0x0808, NID_undef, "ed448" },
	{ 0x081a, NID_undef, "ecdsa_brainpoolP256r1tls13_sha256" },
	{ 0x081b, NID_undef, "ecdsa_brainpoolP384r1tls13_sha384" },
	{ 0x081c, NID_undef, "ecdsa_brainpoolP512r1tls13_sha512" },
	{ 0x0809, NID_undef, "rsa_pss_pss_sha256" },
	{ 0x080a, NID_undef, "rsa_pss_pss_sha384" },
	{ 0x080b, NID_undef, "rsa_pss_pss_sha512" },
	{ 0x0804, NID_undef, "rsa_pss_rsae_sha256" },
	{ 0x0805, NID_undef, "rsa_pss_rsae_sha384" },
	{ 0x0806, NID_undef, "rsa_pss_rsae_sha512" },
	{ 0x0401, NID_undef, "rsa_pkcs1_sha256" },
	{ 0x0501, NID_undef, "rsa_pkcs1_sha384" },
	{ 0x0601, NID_undef, "rsa_pkcs1_sha512" },
	{ 0x0303, NID_undef, "ECDSA+SHA224" },
	{ 0x0203, NID_undef, "ECDSA+SHA1" },
	{ 0x0301, NID_undef, "RSA+SHA224" },
	{ 0x0201, NID_undef, "RSA+SHA1" },
	{ 0x0402, NID_undef, "DSA+SHA256" },
	{ 0x0502, NID_undef, "DSA+SHA384" },
	{ 0x0602, NID_undef, "DSA+SHA512" },
	{ 0x0302, NID_undef, "DSA+SHA224" },
	{ 0x0202, NID_undef, "DSA+SHA1" },
};

#define LENGTH(array)	(sizeof (array) / sizeof *(array))

/* ---- suites ----------------------------------------------------------- */

/* TLS 1.3 suites, by the names that the library knows or does not. */
static const char *const newer_suites[] = {
	"TLS_AES_256_GCM_SHA384",
	"TLS_CHACHA20_POLY1305_SHA256",
	"TLS_AES_128_GCM_SHA256",
	"TLS_AES_128_CCM_SHA256",
	"TLS_AES_128_CCM_8_SHA256",
	"TLS_SHA256_SHA256",
	"TLS_SHA384_SHA384",
};

/* Adds those of `ctx` to `out`, where `num` stand already. */
static size_t
add_suites(SSL_CTX *ctx, bool newer, uint16_t *out, size_t room, size_t num)
{
	const STACK_OF(SSL_CIPHER) *list = SSL_CTX_get_ciphers(ctx);
	const SSL_CIPHER *cipher;

	for (int i = 0; i < sk_SSL_CIPHER_num(list); i++) {
		cipher = sk_SSL_CIPHER_value(list, i);
		if (SSL_CIPHER_get_kx_nid(cipher) == NID_kx_srp ||
		    newer != !strcmp(SSL_CIPHER_get_version(cipher),
		    "TLSv1.3"))
			continue;
		if (num < room)
			out[num] = SSL_CIPHER_get_protocol_id(cipher);
		num++;
	}
	return num;
}

size_t
openssl_suites(uint16_t *out, size_t room)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	size_t num = 0;

	if (ctx) {
		SSL_CTX_set_security_level(ctx, 0);
		/* One by one, since a list with an unknown name fails. */
		for (size_t i = 0; i < sizeof newer_suites /
		    sizeof *newer_suites; i++)
			if (SSL_CTX_set_ciphersuites(ctx,
			    newer_suites[i]) == 1)
				num = add_suites(ctx, true, out, room, num);
		if (SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL") == 1)
			num = add_suites(ctx, false, out, room, num);
	}
	SSL_CTX_free(ctx);
	openssl_clear_errors();
	return num;
}

/* ---- what there is ---------------------------------------------------- */

size_t
openssl_groups(uint16_t *out, size_t room)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	size_t num = 0;

	for (size_t i = 0; ctx && i < LENGTH(groups); i++) {
		if (SSL_CTX_set1_groups_list(ctx, groups[i].name) != 1)
			continue;
		if (num < room)
			out[num] = groups[i].number;
		num++;
	}
	SSL_CTX_free(ctx);
	openssl_clear_errors();
	return num;
}

size_t
openssl_signatures(uint16_t *out, size_t room)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	size_t num = 0;

	for (size_t i = 0; ctx && i < LENGTH(signatures); i++) {
		if (SSL_CTX_set1_sigalgs_list(ctx, signatures[i].name) != 1)
			continue;
		if (num < room)
			out[num] = signatures[i].number;
		num++;
	}
	SSL_CTX_free(ctx);
	openssl_clear_errors();
	return num;
}

uint16_t
openssl_group_number(int nid)
{
	if (nid & OPENSSL_GROUP_NAMELESS)
		return (uint16_t)nid;
	for (size_t i = 0; i < LENGTH(groups); i++)
		if (nid != NID_undef && nid == groups[i].nid)
			return groups[i].number;
	return 0;
}

int
openssl_group_nid(uint16_t number)
{
	for (size_t i = 0; i < LENGTH(groups); i++)
		if (number == groups[i].number)
			return groups[i].nid;
	return NID_undef;
}

/* ---- what a config asks for ------------------------------------------- */

/* The names of `numbers` with colons between; null without memory. */
static char *
join(const struct word *words, size_t num_words, const uint16_t *numbers,
    size_t num)
{
	enum { NAME_MAX_LEN = 40 };
	char *list = calloc(num + 1, NAME_MAX_LEN), *end = list;

	for (size_t i = 0; list && i < num; i++)
		for (size_t j = 0; j < num_words; j++) {
			if (words[j].number != numbers[i])
				continue;
			if (end > list)
				*end++ = ':';
			strcpy(end, words[j].name);
			end += strlen(end);
		}
	return list;
}

static bool
judge(bool done, const char *what, struct tls_error *err)
{
	return done || openssl_library_error(err, TLS_BLAME_FEATURE, what);
}

bool
openssl_set_lists(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	SSL_CTX *ctx = server->ctx;
	char *own = join(groups, LENGTH(groups), config->groups,
	    config->num_groups);
	char *ours = join(signatures, LENGTH(signatures), config->signatures,
	    config->num_signatures);
	char *theirs = join(signatures, LENGTH(signatures),
	    config->client_signatures, config->num_client_signatures);
	bool done;

	done = judge(own && ours && theirs, "out of memory", err) &&
	    judge(!*own || SSL_CTX_set1_groups_list(ctx, own) == 1,
	    "groups", err) &&
	    judge(!*ours || SSL_CTX_set1_sigalgs_list(ctx, ours) == 1,
	    "signature algorithms", err) && judge(!*theirs ||
	    SSL_CTX_set1_client_sigalgs_list(ctx, theirs) == 1,
	    "signature algorithms of clients", err);
	free(own);
	free(ours);
	free(theirs);
	return done;
}
