/* usage.c - what a certificate may be used for, for which hosts, and until when
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 4.2.1; RFC 6125, 6.4; RFC 9525
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "wire/der.h"
#include "wire/x509.h"

/* Among the GeneralNames. */
#define DNS_NAME	0x82
#define IP_ADDRESS	0x87

/* Names of hosts before "and 12 more". */
#define MOST_HOSTS	3

#define DATE_LEN	10	/* "2027-01-01" */
#define TIME_LEN	8	/* "10:00:00" */

void
x509_add_date(struct buf *out, int64_t seconds)
{
	char text[48];

	clock_format(seconds * 1000000, text);
	buf_printf(out, "%.*s", DATE_LEN, text);
	if (seconds % 86400)
		buf_printf(out, " %.*s UTC", TIME_LEN, text + DATE_LEN + 1);
}

const char *
x509_weak_digest(struct tls_span der)
{
	static const struct der_oid_name weak[] = {
		{ "1.2.840.113549.1.1.4", "MD5" },
		{ "1.2.840.113549.1.1.5", "SHA-1" },
		{ "1.2.840.10045.4.1", "SHA-1" },
	};
	struct tls_span cert, tbs, algorithm, oid;
	char room[DER_OID_ROOM];

	if (x509_is_self_issued(der) || !der_take(&der, DER_SEQUENCE, &cert) ||
	    !der_take(&cert, DER_SEQUENCE, &tbs) ||
	    !der_take(&cert, DER_SEQUENCE, &algorithm) ||
	    !der_take(&algorithm, DER_OID, &oid))
		return NULL;
	for (size_t i = 0; i < sizeof weak / sizeof *weak; i++)
		if (!strcmp(der_oid(oid, room), weak[i].oid))
			return weak[i].name;
	return NULL;
}

bool
x509_has_purpose(const struct x509 *cert, const char *purpose)
{
	struct tls_span value = x509_extension(cert, "2.5.29.37"), list, oid;
	char room[DER_OID_ROOM];

	if (!der_take(&value, DER_SEQUENCE, &list))
		return true;
	while (der_take(&list, DER_OID, &oid)) {
		const char *name = der_oid(oid, room);

		if (!strcmp(name, purpose) || !strcmp(name, X509_ANY_PURPOSE))
			return true;
	}
	return false;
}

bool
x509_may_sign(const struct x509 *cert)
{
	struct tls_span value = x509_extension(cert, "2.5.29.15"), bits;

	if (!der_take(&value, DER_BIT_STRING, &bits))
		return true;
	return bits.len > 1 && bits.data[1] & 0x80;
}

/* ---- hosts ------------------------------------------------------------ */

/* Takes the next name of a host: a dNSName as it is, or an address as text in
 * `room`, of INET6_ADDRSTRLEN bytes. */
static bool
next_host(struct tls_span *list, struct tls_span *host, char *room)
{
	struct der_element name;
	int family;

	while (der_next(list, &name)) {
		*host = name.content;
		if (name.tag == DNS_NAME)
			return true;
		if (name.tag != IP_ADDRESS)
			continue;
		family = host->len == 4 ? AF_INET : AF_INET6;
		if ((host->len != 4 && host->len != 16) ||
		    !inet_ntop(family, host->data, room, INET6_ADDRSTRLEN))
			continue;
		*host = span_of(room);
		return true;
	}
	return false;
}

/* A first label "*" stands for one whole label. */
static bool
covers(struct tls_span pattern, struct tls_span host)
{
	const uint8_t *dot;

	if (pattern.len > 2 && pattern.data[0] == '*' &&
	    pattern.data[1] == '.') {
		dot = memchr(host.data, '.', host.len);
		if (!dot)
			return false;
		host.len -= (size_t)(dot - host.data);
		host.data = dot;
		pattern.data++;
		pattern.len--;
	}
	return pattern.len == host.len && !strncasecmp(
	    (const char *)pattern.data, (const char *)host.data, host.len);
}

static bool
names_of(const struct x509 *cert, struct tls_span *list)
{
	struct tls_span value = x509_extension(cert, "2.5.29.17");

	return der_take(&value, DER_SEQUENCE, list);
}

bool
x509_is_for_host(const struct x509 *cert, struct tls_span host)
{
	char room[INET6_ADDRSTRLEN];
	struct tls_span list, name;

	if (!names_of(cert, &list))
		return false;
	while (next_host(&list, &name, room))
		if (covers(name, host))
			return true;
	return false;
}

void
x509_add_hosts(struct buf *out, const struct x509 *cert)
{
	char room[INET6_ADDRSTRLEN];
	struct tls_span list, name;
	size_t num = 0;

	if (!names_of(cert, &list))
		return;
	while (next_host(&list, &name, room)) {
		if (num++ >= MOST_HOSTS)
			continue;
		buf_add_string(out, num > 1 ? ", " : "");
		text_add_escaped(out, name);
	}
	if (num > MOST_HOSTS)
		buf_printf(out, " and %zu more", num - MOST_HOSTS);
}
