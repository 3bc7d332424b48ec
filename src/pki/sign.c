/* sign.c - what certificates, CRLs and OCSP responses have in common
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 3279; RFC 4055; RFC 5758; RFC 8410
 */
#include "pki/internal.h"

#include "base/err.h"

/* Contents of OBJECT IDENTIFIERs. */
static const uint8_t oid_authority[] = { 0x55, 0x1d, 0x23 };
static const uint8_t oid_ed25519[] = { 0x2b, 0x65, 0x70 };
static const uint8_t oid_mgf1[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08
};
/* The OIDs of PKCS#1, ANSI X9.62 and NIST's hash functions, without the last
 * bytes, in which they differ. */
static const uint8_t arc_rsa[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01
};
static const uint8_t arc_ecdsa[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04 };
static const uint8_t arc_hash[] = {
	0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02
};

/* ---- algorithms --------------------------------------------------------- */

enum family { RSA, ECDSA, PSS, EDDSA };

static const struct row {
	enum tls_scheme scheme;
	enum family family;
	uint8_t last[2];		/* end of the OID, after its arc */
	uint8_t num_last;
	uint8_t hash, salt_len;		/* PSS: last byte of the hash's OID;
					 * salt in bytes */
} rows[] = {
	{ TLS_SCHEME_RSA_SHA1, RSA, { 5 }, 1, 0, 0 },
	{ TLS_SCHEME_RSA_SHA256, RSA, { 11 }, 1, 0, 0 },
	{ TLS_SCHEME_RSA_SHA384, RSA, { 12 }, 1, 0, 0 },
	{ TLS_SCHEME_RSA_SHA512, RSA, { 13 }, 1, 0, 0 },
	{ TLS_SCHEME_ECDSA_SHA1, ECDSA, { 1 }, 1, 0, 0 },
	{ TLS_SCHEME_ECDSA_P256_SHA256, ECDSA, { 3, 2 }, 2, 0, 0 },
	{ TLS_SCHEME_ECDSA_P384_SHA384, ECDSA, { 3, 3 }, 2, 0, 0 },
	{ TLS_SCHEME_ECDSA_P521_SHA512, ECDSA, { 3, 4 }, 2, 0, 0 },
	{ TLS_SCHEME_RSA_PSS_SHA256, PSS, { 10 }, 1, 1, 32 },
	{ TLS_SCHEME_RSA_PSS_SHA384, PSS, { 10 }, 1, 2, 48 },
	{ TLS_SCHEME_RSA_PSS_SHA512, PSS, { 10 }, 1, 3, 64 },
	{ TLS_SCHEME_ED25519, EDDSA, { 0 }, 0, 0, 0 },
};

static void
add_oid(struct buf *out, struct tls_span arc, const uint8_t *last,
    size_t num_last)
{
	size_t mark = der_begin(out);

	buf_add_span(out, arc);
	buf_add(out, last, num_last);
	der_end(out, mark, DER_OID);
}

static void
add_null(struct buf *out)
{
	der_add(out, DER_NULL, (struct tls_span){ NULL, 0 });
}

static void
add_hash(struct buf *out, const struct row *row)
{
	size_t mark = der_begin(out);

	add_oid(out, PKI_SPAN(arc_hash), &row->hash, 1);
	add_null(out);
	der_end(out, mark, DER_SEQUENCE);
}

/* RSASSA-PSS-params (RFC 4055, 3.1); the trailer field has its default. */
static void
add_pss(struct buf *out, const struct row *row)
{
	size_t params = der_begin(out), mark = der_begin(out), mgf;

	add_hash(out, row);
	der_end(out, mark, DER_CONTEXT(0));
	mark = der_begin(out);
	mgf = der_begin(out);
	der_add(out, DER_OID, PKI_SPAN(oid_mgf1));
	add_hash(out, row);
	der_end(out, mgf, DER_SEQUENCE);
	der_end(out, mark, DER_CONTEXT(1));
	mark = der_begin(out);
	der_add_small(out, row->salt_len);
	der_end(out, mark, DER_CONTEXT(2));
	der_end(out, params, DER_SEQUENCE);
}

void
pki_add_algorithm(struct buf *out, enum tls_scheme scheme)
{
	const struct row *row = rows;
	size_t mark = der_begin(out);

	while (row < rows + sizeof rows / sizeof *rows - 1 &&
	    row->scheme != scheme)
		row++;
	if (row->family == EDDSA)
		der_add(out, DER_OID, PKI_SPAN(oid_ed25519));
	else
		add_oid(out, row->family == ECDSA ? PKI_SPAN(arc_ecdsa) :
		    PKI_SPAN(arc_rsa), row->last, row->num_last);
	if (row->family == RSA)
		add_null(out);
	else if (row->family == PSS)
		add_pss(out, row);
	der_end(out, mark, DER_SEQUENCE);
}

/* ---- signing ------------------------------------------------------------ */

static enum tls_scheme
usual_scheme(enum tls_key_kind kind)
{
	static const enum tls_scheme schemes[] = {
		[TLS_KEY_P256] = TLS_SCHEME_ECDSA_P256_SHA256,
		[TLS_KEY_RSA] = TLS_SCHEME_RSA_SHA256,
		[TLS_KEY_P384] = TLS_SCHEME_ECDSA_P384_SHA384,
		[TLS_KEY_P521] = TLS_SCHEME_ECDSA_P521_SHA512,
		[TLS_KEY_ED25519] = TLS_SCHEME_ED25519,
	};

	return schemes[kind];
}

bool
pki_signer_init(struct pki_signer *signer, const struct tls_backend *backend,
    const struct pki_cert *issuer, enum tls_scheme scheme,
    struct tls_error *err)
{
	if (!backend->primitives)
		return err_set(err, TLS_BLAME_FEATURE,
		    "the %s backend makes no keys", backend->name);
	*signer = (struct pki_signer){
		.primitives = backend->primitives,
		.key = issuer->key,
		.scheme = scheme ? scheme : usual_scheme(issuer->kind),
	};
	return true;
}

bool
pki_sign(struct buf *out, size_t mark, const struct pki_signer *signer,
    struct tls_error *err)
{
	uint8_t signature[TLS_KEY_MAX_LEN];
	struct tls_span signed_part = { out->data + mark, out->len - mark };
	size_t len;

	if (!signer->primitives->sign(signer->key, signer->scheme,
	    signed_part, signature, &len, err))
		return false;
	pki_add_algorithm(out, signer->scheme);
	der_add_bits(out, (struct tls_span){ signature, len });
	return true;
}

/* ---- extensions --------------------------------------------------------- */

void
pki_add_extension(struct buf *out, struct tls_span oid, bool critical,
    struct buf *value)
{
	static const uint8_t yes[] = { 0xff };
	size_t mark = der_begin(out);

	der_add(out, DER_OID, oid);
	if (critical)
		der_add(out, DER_BOOLEAN, PKI_SPAN(yes));
	der_add(out, DER_OCTET_STRING, buf_span(value));
	der_end(out, mark, DER_SEQUENCE);
	value->len = 0;
}

/* A key identifier is the hash of the content of the BIT STRING at the end of a
 * SubjectPublicKeyInfo, without its first byte. */
bool
pki_key_id(const struct tls_primitives *primitives, struct tls_span spki,
    uint8_t id[TLS_DIGEST_MAX_LEN])
{
	struct tls_span rest = spki, content, algorithm, key;

	if (!der_take(&rest, DER_SEQUENCE, &content) ||
	    !der_take(&content, DER_SEQUENCE, &algorithm) ||
	    !der_take(&content, DER_BIT_STRING, &key) || key.len == 0)
		return false;
	key.data++;
	key.len--;
	return primitives->digest(TLS_DIGEST_SHA1, key, id) >=
	    PKI_KEY_ID_LEN || primitives->digest(TLS_DIGEST_SHA256, key, id) >=
	    PKI_KEY_ID_LEN;
}

void
pki_add_authority(struct buf *out, const struct tls_primitives *primitives,
    struct tls_span issuer_spki)
{
	uint8_t id[TLS_DIGEST_MAX_LEN];
	struct buf value = BUF_INIT;
	size_t mark = der_begin(&value);

	if (pki_key_id(primitives, issuer_spki, id)) {
		der_add(&value, DER_IMPLICIT(0),
		    (struct tls_span){ id, PKI_KEY_ID_LEN });
		der_end(&value, mark, DER_SEQUENCE);
		pki_add_extension(out, PKI_SPAN(oid_authority), false, &value);
	}
	buf_clear(&value);
}
