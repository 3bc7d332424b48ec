/* pkcs12.c - opening a PFX on the library's ASN.1 and derivation
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 7292, 4
 *
 * A PFX holds safes, clear or encrypted; a safe holds bags; a bag holds a
 * certificate, or a key, clear or encrypted.
 */
#include "mbedtls.h"
#include "unlock.h"

#include <stdlib.h>

#define CONTEXT_0	(MBEDTLS_ASN1_CONTEXT_SPECIFIC | 0)
#define EXPLICIT_0	(CONTEXT_0 | MBEDTLS_ASN1_CONSTRUCTED)

#define MAX_CERTIFICATES	16
#define MAX_SAFES		16
#define FOR_MAC			3	/* the ID of RFC 7292, B.3 */

/* The last numbers of 1.2.840.113549.1.12.10.1. */
enum bag_type {
	KEY_BAG = 1,
	SHROUDED_KEY_BAG = 2,
	CERTIFICATE_BAG = 3,
};

struct opening {
	const char *pass;
	int status;
	struct tls_span certificates[MAX_CERTIFICATES];
	size_t num_certificates;
	struct mbed_bytes key;			/* owned */
	struct mbed_bytes safes[MAX_SAFES];	/* owned: decrypted ones */
	size_t num_safes;
};

#define OID_DATA		"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_ENCRYPTED_DATA	"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
#define OID_BAGS		"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"
#define OID_X509		"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01"

/* ---- bags -------------------------------------------------------------- */

static void
take_certificate(struct opening *o, struct mbed_der value)
{
	struct mbed_der bag = mbed_der_take(&value, DER_SEQUENCE);
	struct mbed_der oid = mbed_der_take(&bag, MBEDTLS_ASN1_OID), outer, der;

	if (!DER_IS(der_span(oid), OID_X509))
		return;
	outer = mbed_der_take(&bag, EXPLICIT_0);
	der = mbed_der_take(&outer, MBEDTLS_ASN1_OCTET_STRING);
	if (der.p && o->num_certificates < MAX_CERTIFICATES)
		o->certificates[o->num_certificates++] = der_span(der);
}

static int
take_key(struct opening *o, struct tls_span der, bool shrouded)
{
	if (o->key.data)
		return 0;		/* the first counts */
	if (shrouded)
		return mbed_unlock_key(der, o->pass, &o->key);
	o->key.data = malloc(der.len + 1);
	if (!o->key.data)
		return MBEDTLS_ERR_PK_ALLOC_FAILED;
	memcpy(o->key.data, der.data, der.len);
	o->key.len = der.len;
	return 0;
}

static void
read_safe(struct opening *o, struct mbed_der safe)
{
	const size_t oid_len = sizeof OID_BAGS - 1;
	struct mbed_der bags = mbed_der_take(&safe, DER_SEQUENCE);

	while (bags.p < bags.end && !o->status) {
		struct mbed_der bag = mbed_der_take(&bags, DER_SEQUENCE);
		struct mbed_der oid = mbed_der_take(&bag, MBEDTLS_ASN1_OID);
		struct mbed_der value = mbed_der_take(&bag, EXPLICIT_0);

		if (!value.p || der_span(oid).len != oid_len + 1 ||
		    memcmp(oid.p, OID_BAGS, oid_len))
			continue;
		switch (oid.p[oid_len]) {
		case KEY_BAG:
		case SHROUDED_KEY_BAG:
			o->status = take_key(o, der_span(value),
			    oid.p[oid_len] == SHROUDED_KEY_BAG);
			break;
		case CERTIFICATE_BAG:
			take_certificate(o, value);
			break;
		default:
			break;
		}
	}
}

/* ---- safes ------------------------------------------------------------- */

static struct mbed_der
decrypt_safe(struct opening *o, struct mbed_der content)
{
	struct mbed_der data = mbed_der_take(&content, DER_SEQUENCE), info, in;
	struct mbed_bytes *plain = &o->safes[o->num_safes];
	struct unlock_algorithm algorithm;

	if (o->num_safes == MAX_SAFES)
		o->status = UNLOCK_UNKNOWN;
	mbed_der_number(&data);
	info = mbed_der_take(&data, DER_SEQUENCE);
	mbed_der_take(&info, MBEDTLS_ASN1_OID);
	algorithm = mbed_der_algorithm(&info);
	in = mbed_der_take(&info, CONTEXT_0);
	if (!o->status)
		o->status = mbed_unlock_bytes(&algorithm, o->pass,
		    der_span(in), plain);
	if (o->status)
		return in;
	o->num_safes++;
	return mbed_der_of((struct tls_span){ plain->data, plain->len },
	    &o->status);
}

static void
read_safes(struct opening *o, struct mbed_der all)
{
	struct mbed_der safes = mbed_der_take(&all, DER_SEQUENCE);

	while (safes.p < safes.end && !o->status) {
		struct mbed_der info = mbed_der_take(&safes, DER_SEQUENCE);
		struct mbed_der oid = mbed_der_take(&info, MBEDTLS_ASN1_OID);
		struct mbed_der content = mbed_der_take(&info, EXPLICIT_0);

		if (DER_IS(der_span(oid), OID_DATA))
			read_safe(o, mbed_der_take(&content,
			    MBEDTLS_ASN1_OCTET_STRING));
		else if (DER_IS(der_span(oid), OID_ENCRYPTED_DATA))
			read_safe(o, decrypt_safe(o, content));
		else if (!o->status)
			o->status = UNLOCK_UNKNOWN;
	}
}

/* ---- the PFX ----------------------------------------------------------- */

/* Whether `pass` belongs to the PFX. */
static int
check_mac(struct mbed_der pfx, struct tls_span content, const char *pass)
{
	int status = 0;
	struct mbed_der mac, info, digest;
	struct unlock_algorithm hash;
	mbedtls_asn1_buf oid = { .len = 0 };
	mbedtls_md_type_t md;
	uint8_t key[MBEDTLS_MD_MAX_SIZE], sum[MBEDTLS_MD_MAX_SIZE];
	size_t len;

	pfx.status = &status;
	mac = mbed_der_take(&pfx, DER_SEQUENCE);
	info = mbed_der_take(&mac, DER_SEQUENCE);
	hash = mbed_der_algorithm(&info);
	digest = mbed_der_take(&info, MBEDTLS_ASN1_OCTET_STRING);
	oid.p = (unsigned char *)(uintptr_t)hash.oid.data;
	oid.len = hash.oid.len;
	if (!status && mbedtls_oid_get_md_alg(&oid, &md))
		status = UNLOCK_UNKNOWN;
	if (status)
		return status;
	len = mbedtls_md_get_size(mbedtls_md_info_from_type(md));
	if (der_span(digest).len != len)
		return MBEDTLS_ERR_ASN1_INVALID_LENGTH;
	status = mbed_unlock_derive(pass, mac, FOR_MAC, md,
	    (struct mbed_bytes){ key, len });
	if (!status)
		status = mbedtls_md_hmac(mbedtls_md_info_from_type(md), key,
		    len, content.data, content.len, sum);
	mbedtls_platform_zeroize(key, sizeof key);
	return status ? status : memcmp(sum, digest.p, len) ?
	    MBEDTLS_ERR_PK_PASSWORD_MISMATCH : 0;
}

static void
read_pfx(struct opening *o, struct tls_span der)
{
	struct mbed_der all = mbed_der_of(der, &o->status);
	struct mbed_der pfx = mbed_der_take(&all, DER_SEQUENCE), info, oid;
	struct mbed_der outer, content;

	mbed_der_number(&pfx);
	info = mbed_der_take(&pfx, DER_SEQUENCE);
	oid = mbed_der_take(&info, MBEDTLS_ASN1_OID);
	if (!o->status && !DER_IS(der_span(oid), OID_DATA))
		o->status = UNLOCK_UNKNOWN;	/* signed by somebody */
	outer = mbed_der_take(&info, EXPLICIT_0);
	content = mbed_der_take(&outer, MBEDTLS_ASN1_OCTET_STRING);
	if (!o->status && pfx.p < pfx.end) {
		o->status = check_mac(pfx, der_span(content), o->pass);
		/* None and an empty one are different, and the same to us. */
		if (o->status == MBEDTLS_ERR_PK_PASSWORD_MISMATCH &&
		    (!o->pass || !*o->pass)) {
			o->pass = o->pass ? NULL : "";
			o->status = check_mac(pfx, der_span(content), o->pass);
		}
	}
	read_safes(o, content);
}

/* ---- what is in it ----------------------------------------------------- */

/* The place of the certificate that belongs to `key`, or how many there are. */
static size_t
find_own(const struct opening *o, mbedtls_pk_context *key)
{
	size_t i;

	for (i = 0; i < o->num_certificates; i++) {
		mbedtls_x509_crt cert;
		bool own;

		mbedtls_x509_crt_init(&cert);
		own = mbedtls_x509_crt_parse_der(&cert,
		    o->certificates[i].data, o->certificates[i].len) == 0 &&
		    mbed_creds_belong(&cert.pk, key);
		mbedtls_x509_crt_free(&cert);
		if (own)
			break;
	}
	return i;
}

static bool
hand_over(const struct opening *o, struct tls_bag *bag, struct tls_error *err)
{
	struct tls_span der = { o->key.data, o->key.len };
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context key;
	size_t own = o->num_certificates;
	bool good = mbed_server_seed(&entropy, &drbg, err);

	mbedtls_pk_init(&key);
	if (good && compat_parse_key(&key, der, NULL, 0, &drbg) == 0)
		own = find_own(o, &key);
	mbedtls_pk_free(&key);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	if (!good)
		return false;
	if (own < o->num_certificates)
		bag->certificate(bag, o->certificates[own]);
	for (size_t i = 0; i < o->num_certificates; i++)
		if (i != own)
			bag->certificate(bag, o->certificates[i]);
	bag->key(bag, der);
	return true;
}

static bool
explain(int status, const char *pass, bool *wants_pass,
    struct tls_error *err)
{
	bool long_pass = pass && 2 * strlen(pass) + 2 > UNLOCK_PASS_MAX;

	err->native = status;
	*wants_pass = status == MBEDTLS_ERR_PK_PASSWORD_MISMATCH;
	if (*wants_pass)
		return common_refuse(err, TLS_BLAME_CONFIG, pass ?
		    "wrong pass phrase" : "it needs a pass phrase");
	if (status == UNLOCK_UNKNOWN && long_pass)
		return common_refuse(err, TLS_BLAME_FEATURE,
		    "Mbed TLS takes pass phrases of at most %d bytes for it",
		    UNLOCK_PASS_MAX / 2 - 1);
	if (status == UNLOCK_UNKNOWN)
		return common_refuse(err, TLS_BLAME_FEATURE,
		    "Mbed TLS does not know how it is encrypted (RC2 perhaps); "
		    "make it anew with \"openssl pkcs12 -export\"");
	return mbed_error_from(err, TLS_BLAME_CONFIG, status,
	    "it is no PKCS#12 in DER");
}

bool
mbed_unpack(struct tls_span pfx, const char *pass, struct tls_bag *bag,
    bool *wants_pass, struct tls_error *err)
{
	struct opening o = { .pass = pass };
	bool good;

	*wants_pass = false;
	read_pfx(&o, pfx);
	if (o.status)
		good = explain(o.status, pass, wants_pass, err);
	else if (!o.key.len || !o.num_certificates)
		good = common_refuse(err, TLS_BLAME_CONFIG, "it holds no %s",
		    o.key.len ? "certificate" : "private key");
	else
		good = hand_over(&o, bag, err);
	for (size_t i = 0; i < o.num_safes; i++)
		mbed_unlock_wipe(&o.safes[i]);
	mbed_unlock_wipe(&o.key);
	return good;
}
