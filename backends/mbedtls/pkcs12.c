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

#define SEQUENCE	(MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
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
	struct tls_span certificates[MAX_CERTIFICATES];
	size_t num_certificates;
	struct mbed_bytes key;			/* owned */
	struct mbed_bytes safes[MAX_SAFES];	/* owned: decrypted ones */
	size_t num_safes;
};

/* What is left to be read; the library's functions move `p`. */
struct part {
	unsigned char *p;
	const unsigned char *end;
};

static int
enter(struct part *from, int tag, struct part *into)
{
	size_t len;
	int status = mbedtls_asn1_get_tag(&from->p, from->end, &len, tag);

	if (status)
		return status;
	*into = (struct part){ from->p, from->p + len };
	from->p += len;
	return 0;
}

static bool
is_oid(struct part oid, const char *bytes, size_t len)
{
	return (size_t)(oid.end - oid.p) == len && !memcmp(oid.p, bytes, len);
}

#define IS_OID(part, bytes)	is_oid(part, bytes, sizeof (bytes) - 1)
#define OID_DATA		"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_ENCRYPTED_DATA	"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
#define OID_BAGS		"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"
#define OID_X509		"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01"

/* ---- bags -------------------------------------------------------------- */

static int
take_certificate(struct opening *o, struct part value)
{
	struct part bag, oid, outer, der;
	int status = enter(&value, SEQUENCE, &bag);

	if (!status)
		status = enter(&bag, MBEDTLS_ASN1_OID, &oid);
	if (status || !IS_OID(oid, OID_X509))
		return status;
	status = enter(&bag, EXPLICIT_0, &outer);
	if (!status)
		status = enter(&outer, MBEDTLS_ASN1_OCTET_STRING, &der);
	if (!status && o->num_certificates < MAX_CERTIFICATES)
		o->certificates[o->num_certificates++] = (struct tls_span){
			der.p, (size_t)(der.end - der.p) };
	return status;
}

static int
take_key(struct opening *o, struct part value, bool shrouded)
{
	struct tls_span der = { value.p, (size_t)(value.end - value.p) };

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

static int
read_safe(struct opening *o, struct part safe)
{
	const size_t oid_len = sizeof OID_BAGS - 1;
	struct part bags, bag, oid, value;
	int status = enter(&safe, SEQUENCE, &bags);

	while (!status && bags.p < bags.end) {
		status = enter(&bags, SEQUENCE, &bag);
		if (!status)
			status = enter(&bag, MBEDTLS_ASN1_OID, &oid);
		if (!status)
			status = enter(&bag, EXPLICIT_0, &value);
		if (status)
			return status;
		if ((size_t)(oid.end - oid.p) != oid_len + 1 ||
		    memcmp(oid.p, OID_BAGS, oid_len))
			continue;
		switch (oid.p[oid_len]) {
		case KEY_BAG:
			status = take_key(o, value, false);
			break;
		case SHROUDED_KEY_BAG:
			status = take_key(o, value, true);
			break;
		case CERTIFICATE_BAG:
			status = take_certificate(o, value);
			break;
		default:
			break;
		}
	}
	return status;
}

/* ---- safes ------------------------------------------------------------- */

static int
decrypt_safe(struct opening *o, struct part content, struct part *out)
{
	struct part data, info, oid, in;
	struct unlock_algorithm algorithm;
	struct mbed_bytes *plain;
	int version, status = enter(&content, SEQUENCE, &data);

	if (o->num_safes == MAX_SAFES)
		return UNLOCK_UNKNOWN;
	plain = &o->safes[o->num_safes];
	if (!status)
		status = mbedtls_asn1_get_int(&data.p, data.end, &version);
	if (!status)
		status = enter(&data, SEQUENCE, &info);
	if (!status)
		status = enter(&info, MBEDTLS_ASN1_OID, &oid);
	if (!status)
		status = mbedtls_asn1_get_alg(&info.p, info.end,
		    &algorithm.oid, &algorithm.params);
	if (!status)
		status = enter(&info, CONTEXT_0, &in);
	if (!status)
		status = mbed_unlock_bytes(&algorithm, o->pass,
		    (struct tls_span){ in.p, (size_t)(in.end - in.p) }, plain);
	if (status)
		return status;
	o->num_safes++;
	*out = (struct part){ plain->data, plain->data + plain->len };
	return 0;
}

static int
read_safes(struct opening *o, struct part all)
{
	struct part safes, info, oid, content, safe;
	int status = enter(&all, SEQUENCE, &safes);

	while (!status && safes.p < safes.end) {
		status = enter(&safes, SEQUENCE, &info);
		if (!status)
			status = enter(&info, MBEDTLS_ASN1_OID, &oid);
		if (!status)
			status = enter(&info, EXPLICIT_0, &content);
		if (status)
			return status;
		if (IS_OID(oid, OID_DATA))
			status = enter(&content, MBEDTLS_ASN1_OCTET_STRING,
			    &safe);
		else if (IS_OID(oid, OID_ENCRYPTED_DATA))
			status = decrypt_safe(o, content, &safe);
		else
			return UNLOCK_UNKNOWN;
		if (!status)
			status = read_safe(o, safe);
	}
	return status;
}

/* ---- the PFX ----------------------------------------------------------- */

/* Whether `pass` belongs to the PFX. */
static int
check_mac(struct part mac, struct part content, const char *pass)
{
	struct part info, digest;
	mbedtls_asn1_buf oid, params;
	struct unlock_salt salt;
	mbedtls_md_type_t md;
	uint8_t key[MBEDTLS_MD_MAX_SIZE], sum[MBEDTLS_MD_MAX_SIZE];
	size_t len = 0;
	int status = enter(&mac, SEQUENCE, &info);

	if (!status)
		status = mbedtls_asn1_get_alg(&info.p, info.end, &oid,
		    &params);
	if (!status)
		status = enter(&info, MBEDTLS_ASN1_OCTET_STRING, &digest);
	if (!status)
		status = mbed_unlock_read_salt(&mac.p, mac.end, &salt);
	if (!status && mbedtls_oid_get_md_alg(&oid, &md))
		status = UNLOCK_UNKNOWN;
	if (status)
		return status;
	len = mbedtls_md_get_size(mbedtls_md_info_from_type(md));
	if ((size_t)(digest.end - digest.p) != len)
		return MBEDTLS_ERR_ASN1_INVALID_LENGTH;
	status = mbed_unlock_derive(pass, &salt, FOR_MAC, md,
	    (struct mbed_bytes){ key, len });
	if (!status)
		status = mbedtls_md_hmac(mbedtls_md_info_from_type(md), key,
		    len, content.p, (size_t)(content.end - content.p), sum);
	mbedtls_platform_zeroize(key, sizeof key);
	return status ? status : memcmp(sum, digest.p, len) ?
	    MBEDTLS_ERR_PK_PASSWORD_MISMATCH : 0;
}

static int
read_pfx(struct opening *o, struct tls_span der)
{
	struct part all = { (unsigned char *)(uintptr_t)der.data,
		der.data + der.len };
	struct part pfx, info, oid, outer, content, mac;
	int version, status = enter(&all, SEQUENCE, &pfx);

	if (!status)
		status = mbedtls_asn1_get_int(&pfx.p, pfx.end, &version);
	if (!status)
		status = enter(&pfx, SEQUENCE, &info);
	if (!status)
		status = enter(&info, MBEDTLS_ASN1_OID, &oid);
	if (!status && !IS_OID(oid, OID_DATA))
		status = UNLOCK_UNKNOWN;	/* signed by somebody */
	if (!status)
		status = enter(&info, EXPLICIT_0, &outer);
	if (!status)
		status = enter(&outer, MBEDTLS_ASN1_OCTET_STRING, &content);
	if (!status && pfx.p < pfx.end) {
		status = enter(&pfx, SEQUENCE, &mac);
		if (!status)
			status = check_mac(mac, content, o->pass);
		/* None and an empty one are different, and the same to us. */
		if (status == MBEDTLS_ERR_PK_PASSWORD_MISMATCH &&
		    (!o->pass || !*o->pass)) {
			o->pass = o->pass ? NULL : "";
			status = check_mac(mac, content, o->pass);
		}
	}
	return status ? status : read_safes(o, content);
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
		return mbed_error_set(err, TLS_BLAME_CONFIG, pass ?
		    "wrong pass phrase" : "it needs a pass phrase");
	if (status == UNLOCK_UNKNOWN && long_pass)
		return mbed_error_set(err, TLS_BLAME_FEATURE,
		    "Mbed TLS takes pass phrases of at most %d bytes for it",
		    UNLOCK_PASS_MAX / 2 - 1);
	if (status == UNLOCK_UNKNOWN)
		return mbed_error_set(err, TLS_BLAME_FEATURE,
		    "Mbed TLS does not know how it is encrypted (RC2 perhaps); "
		    "make it anew with \"openssl pkcs12 -export\"");
	return mbed_error_from(err, TLS_BLAME_CONFIG, status,
	    "it is no PKCS#12 in DER");
}

bool
mbed_pkcs12_unpack(struct tls_span pfx, const char *pass, struct tls_bag *bag,
    bool *wants_pass, struct tls_error *err)
{
	struct opening o = { .pass = pass };
	int status = read_pfx(&o, pfx);
	bool good;

	*wants_pass = false;
	if (status)
		good = explain(status, pass, wants_pass, err);
	else if (!o.key.len || !o.num_certificates)
		good = mbed_error_set(err, TLS_BLAME_CONFIG, "it holds no %s",
		    o.key.len ? "certificate" : "private key");
	else
		good = hand_over(&o, bag, err);
	for (size_t i = 0; i < o.num_safes; i++)
		mbed_unlock_wipe(&o.safes[i]);
	mbed_unlock_wipe(&o.key);
	return good;
}
