/* key.c - the primitives: digests, keys and signatures without a session
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 4.2.3; RFC 5246, 7.4.1.4.1; RFC 8017, 9.1
 */
#include "mbedtls.h"

#define RSA_EXPONENT	65537
#define RSA_MIN_BITS	1024
#define RSA_MAX_BITS	4096

/* A private key, and the random numbers that its use takes. */
struct tool {
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
};

/* To be closed whatever it returns. */
static bool
tool_open(struct tool *tool, struct tls_error *err)
{
	mbedtls_pk_init(&tool->pk);
	return mbed_server_seed(&tool->entropy, &tool->drbg, err);
}

static void
tool_close(struct tool *tool)
{
	mbedtls_pk_free(&tool->pk);
	mbedtls_ctr_drbg_free(&tool->drbg);
	mbedtls_entropy_free(&tool->entropy);
}

static bool
tool_parse(struct tool *tool, struct tls_span key, struct tls_error *err)
{
	int status;

	if (!tool_open(tool, err))
		return false;
	status = compat_parse_key(&tool->pk, key, NULL, 0, &tool->drbg);
	return status == 0 || mbed_error_from(err, TLS_BLAME_CONFIG, status,
	    "reading a key");
}

/* ---- digests ----------------------------------------------------------- */

static size_t
hash(mbedtls_md_type_t type, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(type);

	if (!md || mbedtls_md(md, in.data, in.len, out) != 0)
		return 0;
	return mbedtls_md_get_size(md);
}

static size_t
digest(enum tls_digest wanted, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	static const mbedtls_md_type_t types[] = {
		[TLS_DIGEST_SHA1] = MBEDTLS_MD_SHA1,
		[TLS_DIGEST_SHA256] = MBEDTLS_MD_SHA256,
		[TLS_DIGEST_SHA384] = MBEDTLS_MD_SHA384,
		[TLS_DIGEST_SHA512] = MBEDTLS_MD_SHA512,
	};

	return hash(types[wanted], in, out);
}

/* ---- keys -------------------------------------------------------------- */

static int
generate(struct tool *tool, enum tls_key_kind kind, unsigned bits)
{
	static const mbedtls_ecp_group_id curves[] = {
		[TLS_KEY_P256] = MBEDTLS_ECP_DP_SECP256R1,
		[TLS_KEY_P384] = MBEDTLS_ECP_DP_SECP384R1,
		[TLS_KEY_P521] = MBEDTLS_ECP_DP_SECP521R1,
	};
	bool rsa = kind == TLS_KEY_RSA;
	int status = mbedtls_pk_setup(&tool->pk, mbedtls_pk_info_from_type(
	    rsa ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY));

	if (status)
		return status;
	if (rsa)
		return mbedtls_rsa_gen_key(mbedtls_pk_rsa(tool->pk),
		    mbedtls_ctr_drbg_random, &tool->drbg, bits, RSA_EXPONENT);
	return mbedtls_ecp_gen_key(curves[kind], mbedtls_pk_ec(tool->pk),
	    mbedtls_ctr_drbg_random, &tool->drbg);
}

/* The library writes to the end of a buffer. */
static int
to_front(uint8_t *buf, int len, size_t *out_len)
{
	if (len < 0)
		return len;
	memmove(buf, buf + TLS_KEY_MAX_LEN - len, (size_t)len);
	*out_len = (size_t)len;
	return 0;
}

/* Writes both forms of the key. */
static bool
write_both(struct tool *tool, struct tls_key *out, struct tls_error *err)
{
	int status = to_front(out->der, mbedtls_pk_write_key_der(&tool->pk,
	    out->der, TLS_KEY_MAX_LEN), &out->der_len);

	if (!status)
		status = to_front(out->spki, mbedtls_pk_write_pubkey_der(
		    &tool->pk, out->spki, TLS_KEY_MAX_LEN), &out->spki_len);
	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "writing a key");
}

static bool
make_key(enum tls_key_kind kind, unsigned bits, struct tls_key *out,
    struct tls_error *err)
{
	struct tool tool;
	bool done;

	if (kind == TLS_KEY_ED25519)
		return common_refuse(err, TLS_BLAME_FEATURE,
		    "Mbed TLS does not know Ed25519");
	if (kind == TLS_KEY_RSA && (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS))
		return common_refuse(err, TLS_BLAME_FEATURE,
		    "no RSA key of %u bits: take %d to %d", bits,
		    RSA_MIN_BITS, RSA_MAX_BITS);
	done = tool_open(&tool, err);
	if (done) {
		int status = generate(&tool, kind, bits);

		done = status ? mbed_error_from(err, TLS_BLAME_LIBRARY, status,
		    "making a key") : write_both(&tool, out, err);
	}
	tool_close(&tool);
	return done;
}

static bool
read_key(struct tls_span key, struct tls_key *out, struct tls_error *err)
{
	struct tool tool;
	bool done = tool_parse(&tool, key, err) && write_both(&tool, out, err);

	tool_close(&tool);
	return done;
}

/* ---- signatures -------------------------------------------------------- */

struct scheme {
	enum tls_scheme number;
	mbedtls_md_type_t md;
	mbedtls_pk_type_t pk;
};

/* Null with `err` filled: the library lacks it. */
static const struct scheme *
find_scheme(enum tls_scheme number, struct tls_error *err)
{
	static const struct scheme schemes[] = {
	{ TLS_SCHEME_RSA_SHA1, MBEDTLS_MD_SHA1, MBEDTLS_PK_RSA },
	{ TLS_SCHEME_RSA_SHA256, MBEDTLS_MD_SHA256, MBEDTLS_PK_RSA },
	{ TLS_SCHEME_RSA_SHA384, MBEDTLS_MD_SHA384, MBEDTLS_PK_RSA },
	{ TLS_SCHEME_RSA_SHA512, MBEDTLS_MD_SHA512, MBEDTLS_PK_RSA },
	{ TLS_SCHEME_RSA_PSS_SHA256, MBEDTLS_MD_SHA256,
	    MBEDTLS_PK_RSASSA_PSS },
	{ TLS_SCHEME_RSA_PSS_SHA384, MBEDTLS_MD_SHA384,
	    MBEDTLS_PK_RSASSA_PSS },
	{ TLS_SCHEME_RSA_PSS_SHA512, MBEDTLS_MD_SHA512,
	    MBEDTLS_PK_RSASSA_PSS },
	{ TLS_SCHEME_ECDSA_SHA1, MBEDTLS_MD_SHA1, MBEDTLS_PK_ECDSA },
	{ TLS_SCHEME_ECDSA_P256_SHA256, MBEDTLS_MD_SHA256, MBEDTLS_PK_ECDSA },
	{ TLS_SCHEME_ECDSA_P384_SHA384, MBEDTLS_MD_SHA384, MBEDTLS_PK_ECDSA },
	{ TLS_SCHEME_ECDSA_P521_SHA512, MBEDTLS_MD_SHA512, MBEDTLS_PK_ECDSA },
	};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (schemes[i].number == number)
			return &schemes[i];
	common_refuse(err, TLS_BLAME_FEATURE,
	    "Mbed TLS does not know the signature algorithm 0x%04x", number);
	return NULL;
}

static bool
fits(const mbedtls_pk_context *pk, const struct scheme *scheme)
{
	return mbedtls_pk_can_do(pk, scheme->pk == MBEDTLS_PK_RSASSA_PSS ?
	    MBEDTLS_PK_RSA : scheme->pk);
}

/* The salt is as long as the digest (RFC 8446, 4.2.3). */
static int
sign_pss(struct tool *tool, mbedtls_md_type_t md, struct tls_span hashed,
    uint8_t *signature, size_t *len)
{
	mbedtls_rsa_context *rsa = mbedtls_pk_rsa(tool->pk);

	(void)mbedtls_rsa_set_padding(rsa, MBEDTLS_RSA_PKCS_V21, md);
	*len = mbedtls_rsa_get_len(rsa);
	return mbedtls_rsa_rsassa_pss_sign_ext(rsa, mbedtls_ctr_drbg_random,
	    &tool->drbg, md, (unsigned)hashed.len, hashed.data,
	    (int)hashed.len, signature);
}

static bool
sign(struct tls_span key, enum tls_scheme number, struct tls_span data,
    uint8_t *signature, size_t *signature_len, struct tls_error *err)
{
	const struct scheme *scheme = find_scheme(number, err);
	uint8_t bytes[TLS_DIGEST_MAX_LEN];
	struct tls_span hashed = { bytes, 0 };
	struct tool tool;
	bool done;
	int status;

	if (!scheme)
		return false;
	done = tool_parse(&tool, key, err);
	if (done && !fits(&tool.pk, scheme))
		done = common_refuse(err, TLS_BLAME_CONFIG,
		    "the key is of another kind than 0x%04x", number);
	if (done) {
		hashed.len = hash(scheme->md, data, bytes);
		*signature_len = TLS_KEY_MAX_LEN;
		status = scheme->pk == MBEDTLS_PK_RSASSA_PSS ?
		    sign_pss(&tool, scheme->md, hashed, signature,
			signature_len) :
		    compat_sign(&tool.pk, scheme->md, hashed, signature,
			signature_len, &tool.drbg);
		done = status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY,
		    status, "signing");
	}
	tool_close(&tool);
	return done;
}

static int
verify(mbedtls_pk_context *pk, const struct scheme *scheme,
    struct tls_span data, struct tls_span signature)
{
	uint8_t bytes[TLS_DIGEST_MAX_LEN];
	size_t len = hash(scheme->md, data, bytes);
	mbedtls_pk_rsassa_pss_options pss = {
		.mgf1_hash_id = scheme->md, .expected_salt_len = (int)len,
	};

	if (scheme->pk == MBEDTLS_PK_RSASSA_PSS)
		return mbedtls_pk_verify_ext(scheme->pk, &pss, pk, scheme->md,
		    bytes, len, signature.data, signature.len);
	return mbedtls_pk_verify(pk, scheme->md, bytes, len, signature.data,
	    signature.len);
}

static bool
check(struct tls_span spki, enum tls_scheme number, struct tls_span data,
    struct tls_span signature, struct tls_error *err)
{
	const struct scheme *scheme = find_scheme(number, err);
	mbedtls_pk_context pk;
	int status;
	bool done;

	if (!scheme)
		return false;
	mbedtls_pk_init(&pk);
	status = mbedtls_pk_parse_public_key(&pk, spki.data, spki.len);
	if (status)
		done = mbed_error_from(err, TLS_BLAME_PEER, status,
		    "reading a public key");
	else if (!fits(&pk, scheme))
		done = common_refuse(err, TLS_BLAME_PEER,
		    "the key is of another kind than 0x%04x", number);
	else {
		status = verify(&pk, scheme, data, signature);
		done = status == 0 || mbed_error_from(err, TLS_BLAME_PEER,
		    status, "the signature is not good");
	}
	mbedtls_pk_free(&pk);
	return done;
}

const struct tls_primitives mbed_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = digest,
	.make_key = make_key,
	.read_key = read_key,
	.sign = sign,
	.check = check,
};
