/* wire/x509.c - what a certificate says
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 4.1; RFC 8410; RFC 5480
 */
#include <string.h>

#include "wire/der.h"
#include "wire/x509.h"

/* Keys by their algorithm, curves by their name.  Bits are those that the
 * reference prints; 0: to be read from the key. */
struct known_key {
	const char *oid;
	const char *name;
	unsigned bits;
};

static const struct known_key keys[] = {
	{ "1.2.840.113549.1.1.1", "RSA", 0 },
	{ "1.2.840.113549.1.1.10", "RSA-PSS", 0 },
	{ "1.2.840.113549.1.3.1", "DH", 0 },
	{ "1.2.840.10040.4.1", "DSA", 0 },
	{ "1.2.840.10045.2.1", "EC", 0 },
	{ "2.16.840.1.101.3.4.3.17", "ML-DSA-44", 10496 },
	{ "2.16.840.1.101.3.4.3.18", "ML-DSA-65", 15616 },
	{ "2.16.840.1.101.3.4.3.19", "ML-DSA-87", 20736 },
	{ "1.3.101.110", "X25519", 253 },
	{ "1.3.101.111", "X448", 448 },
	{ "1.3.101.112", "Ed25519", 253 },
	{ "1.3.101.113", "Ed448", 456 },
	{ "1.2.643.2.2.19", "GOST2001", 256 },
	{ "1.2.643.7.1.1.1.1", "GOST2012", 256 },
	{ "1.2.643.7.1.1.1.2", "GOST2012", 512 },
	{ "2.16.840.1.101.3.4.3.17", "ML-DSA-44", 0 },
	{ "2.16.840.1.101.3.4.3.18", "ML-DSA-65", 0 },
	{ "2.16.840.1.101.3.4.3.19", "ML-DSA-87", 0 },
};

static const struct known_key curves[] = {
	{ "1.2.840.10045.3.1.1", "secp192r1", 192 },
	{ "1.2.840.10045.3.1.7", "secp256r1", 256 },
	{ "1.3.132.0.10", "secp256k1", 256 },
	{ "1.3.132.0.33", "secp224r1", 224 },
	{ "1.3.132.0.34", "secp384r1", 384 },
	{ "1.3.132.0.35", "secp521r1", 521 },
	{ "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256 },
	{ "1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320 },
	{ "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384 },
	{ "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512 },
	{ "1.2.156.10197.1.301", "SM2", 256 },
};

#define FIND(table, oid) find(table, sizeof (table) / sizeof *(table), oid)

static const struct known_key *
find(const struct known_key *table, size_t num, struct tls_span oid)
{
	char room[DER_OID_ROOM];
	const char *text = der_oid(oid, room);

	for (size_t i = 0; i < num; i++)
		if (strcmp(table[i].oid, text) == 0)
			return &table[i];
	return NULL;
}

/* ---- time --------------------------------------------------------------- */

/* Days from 1970-01-01 to a date of the Gregorian calendar.  Years begin in
 * March here, so that the leap day is a year's last. */
static int64_t
days_of(int year, int month, int day)
{
	int64_t years = month > 2 ? year : year - 1;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
	    day - 1;

	/* Year 0 of the count is 1 March of year 0: 719468 days before. */
	return 365 * years + (years >= 0 ? years / 4 - years / 100 +
	    years / 400 : -1) + of_year - 719468;
}

/* Takes two digits; -1 where there are none. */
static int
take_pair(struct tls_span *text)
{
	int value;

	if (text->len < 2 || text->data[0] < '0' || text->data[0] > '9' ||
	    text->data[1] < '0' || text->data[1] > '9')
		return -1;
	value = (text->data[0] - '0') * 10 + text->data[1] - '0';
	text->data += 2;
	text->len -= 2;
	return value;
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Drops a fraction of a second (GeneralizedTime). */
static void
skip_fraction(struct tls_span *text)
{
	if (text->len == 0 || *text->data != '.')
		return;
	do {
		text->data++;
		text->len--;
	} while (text->len > 0 && *text->data >= '0' && *text->data <= '9');
}

bool
x509_take_time(struct tls_span *rest, int64_t *seconds)
{
	int year, month, day, hour, minute, second;
	struct der_element element;
	struct tls_span after = *rest, text;

	if (!der_next(&after, &element) || (element.tag != DER_UTC_TIME &&
	    element.tag != DER_GENERALIZED_TIME))
		return false;
	text = element.content;
	year = take_pair(&text);
	if (element.tag == DER_GENERALIZED_TIME)
		year = year < 0 ? -1 : year * 100 + take_pair(&text);
	else
		year += year < 50 ? 2000 : 1900;
	month = take_pair(&text);
	day = take_pair(&text);
	hour = take_pair(&text);
	minute = take_pair(&text);
	second = take_pair(&text);
	if (element.tag == DER_GENERALIZED_TIME)
		skip_fraction(&text);
	if (year < 0 || month < 1 || month > 12 || day < 1 ||
	    day > days_in(year, month) || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 59 ||
	    text.len != 1 || *text.data != 'Z')
		return false;
	*seconds = ((days_of(year, month, day) * 24 + hour) * 60 + minute) *
	    60 + second;
	*rest = after;
	return true;
}

void
x509_add_time(struct buf *out, int64_t seconds)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	int64_t days = seconds / 86400, second = seconds % 86400;
	int year, month = 1;

	if (second < 0) {
		second += 86400;
		days--;
	}
	/* An estimate, at most a year off, which is then corrected. */
	year = (int)(days * 400 / 146097) + 1970;
	if (days_of(year, 1, 1) > days)
		year--;
	if (days_of(year + 1, 1, 1) <= days)
		year++;
	while (month < 12 && days_of(year, month + 1, 1) <= days)
		month++;
	buf_printf(out, "%s %2d %02d:%02d:%02d %d GMT", months[month - 1],
	    (int)(days - days_of(year, month, 1)) + 1, (int)(second / 3600),
	    (int)(second / 60 % 60), (int)(second % 60), year);
}

/* ---- the key ------------------------------------------------------------ */

/* Bits of the first INTEGER in a SEQUENCE: the modulus of an RSA key, the
 * prime of DSA and DH parameters. */
static unsigned
bits_in(struct tls_span sequence)
{
	struct tls_span content, number;

	if (!der_take(&sequence, DER_SEQUENCE, &content) ||
	    !der_take(&content, DER_INTEGER, &number))
		return 0;
	return (unsigned)der_bits(number);
}

static void
read_key(struct x509 *cert)
{
	struct tls_span rest = cert->spki, content, algorithm, oid, key;
	const struct known_key *known, *curve;

	cert->key = "unknown";
	if (!der_take(&rest, DER_SEQUENCE, &content) ||
	    !der_take(&content, DER_SEQUENCE, &algorithm) ||
	    !der_take(&algorithm, DER_OID, &oid) ||
	    !der_take(&content, DER_BIT_STRING, &key))
		return;
	known = FIND(keys, oid);
	if (!known)
		return;
	cert->key = known->name;
	cert->key_bits = known->bits;
	if (known->bits)
		return;
	if (strncmp(known->name, "RSA", 3) == 0 && key.len > 0) {
		/* After the number of unused bits. */
		key.data++;
		key.len--;
		cert->key_bits = bits_in(key);
	} else if (known->name[0] == 'D') {
		cert->key_bits = bits_in(algorithm);
	} else if (strcmp(known->name, "EC") == 0 &&
	    der_take(&algorithm, DER_OID, &oid)) {
		curve = FIND(curves, oid);
		cert->key_bits = curve ? curve->bits : 0;
	}
}

/* uniformResourceIdentifier among the GeneralNames. */
#define X509_URI	0x86

/* ---- the certificate ---------------------------------------------------- */

struct tls_span
x509_extension(const struct x509 *cert, const char *oid)
{
	struct tls_span rest = cert->extensions, extension, id, value, flag;
	char room[DER_OID_ROOM];

	while (der_take(&rest, DER_SEQUENCE, &extension)) {
		if (!der_take(&extension, DER_OID, &id) ||
		    strcmp(der_oid(id, room), oid) != 0)
			continue;
		der_take(&extension, DER_BOOLEAN, &flag);	/* critical */
		if (der_take(&extension, DER_OCTET_STRING, &value))
			return value;
	}
	return (struct tls_span){ NULL, 0 };
}

/* Looks at basicConstraints. */
static bool
says_ca(const struct x509 *cert)
{
	struct tls_span value = x509_extension(cert, "2.5.29.19");
	struct tls_span constraints, ca;

	return der_take(&value, DER_SEQUENCE, &constraints) &&
	    der_take(&constraints, DER_BOOLEAN, &ca) &&
	    ca.len == 1 && *ca.data != 0;
}

struct tls_span
x509_public_key(const struct x509 *cert)
{
	struct tls_span rest = cert->spki, content, algorithm, key;

	if (!der_take(&rest, DER_SEQUENCE, &content) ||
	    !der_take(&content, DER_SEQUENCE, &algorithm) ||
	    !der_take(&content, DER_BIT_STRING, &key) || key.len == 0)
		return (struct tls_span){ NULL, 0 };
	/* After the number of unused bits. */
	return (struct tls_span){ key.data + 1, key.len - 1 };
}

struct tls_span
x509_ocsp_url(const struct x509 *cert)
{
	struct tls_span value = x509_extension(cert, "1.3.6.1.5.5.7.1.1");
	struct tls_span list, access, method, uri;
	char room[DER_OID_ROOM];

	if (!der_take(&value, DER_SEQUENCE, &list))
		return (struct tls_span){ NULL, 0 };
	while (der_take(&list, DER_SEQUENCE, &access))
		if (der_take(&access, DER_OID, &method) &&
		    !strcmp(der_oid(method, room), "1.3.6.1.5.5.7.48.1") &&
		    der_take(&access, X509_URI, &uri))
			return uri;
	return (struct tls_span){ NULL, 0 };
}

bool
x509_parse(struct tls_span der, struct x509 *cert)
{
	struct tls_span whole, tbs, validity, ignored, extensions;

	*cert = (struct x509){ .key = "unknown" };
	if (!der_take(&der, DER_SEQUENCE, &whole) ||
	    !der_take(&whole, DER_SEQUENCE, &tbs))
		return false;
	der_take(&tbs, DER_CONTEXT(0), &ignored);	/* the version */
	if (!der_take(&tbs, DER_INTEGER, &cert->serial) ||
	    !der_take(&tbs, DER_SEQUENCE, &ignored) ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &cert->issuer) ||
	    !der_take(&tbs, DER_SEQUENCE, &validity) ||
	    !x509_take_time(&validity, &cert->not_before) ||
	    !x509_take_time(&validity, &cert->not_after) ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &cert->subject) ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &cert->spki))
		return false;
	read_key(cert);
	der_take(&tbs, 0x81, &ignored);		/* issuerUniqueID */
	der_take(&tbs, 0x82, &ignored);		/* subjectUniqueID */
	if (der_take(&tbs, DER_CONTEXT(3), &extensions) &&
	    der_take(&extensions, DER_SEQUENCE, &cert->extensions))
		cert->is_ca = says_ca(cert);
	return true;
}
