/* wire/issuer.c - which certificate was issued by which
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 4.2.1.1 and 4.2.1.2
 */
#include "wire/der.h"
#include "wire/x509.h"

static bool
key_ids_differ(const struct x509 *cert, const struct x509 *issuer)
{
	struct tls_span above = x509_extension(cert, "2.5.29.35");
	struct tls_span own = x509_extension(issuer, "2.5.29.14");
	struct tls_span fields, wanted, has;

	return der_take(&above, DER_SEQUENCE, &fields) &&
	    der_take(&fields, 0x80, &wanted) &&
	    der_take(&own, DER_OCTET_STRING, &has) &&
	    !span_equal(wanted, has);
}

bool
x509_may_issue(const struct x509 *issuer, const struct x509 *cert)
{
	return span_equal(cert->issuer, issuer->subject) &&
	    !key_ids_differ(cert, issuer);
}

bool
x509_is_self_issued(struct tls_span der)
{
	struct x509 cert;

	return x509_parse(der, &cert) &&
	    span_equal(cert.issuer, cert.subject);
}

struct tls_span
x509_find_issuer(struct tls_span der, const struct tls_span *among,
    size_t num)
{
	struct x509 cert, other;

	if (x509_parse(der, &cert))
		for (size_t i = 0; i < num; i++)
			if (x509_parse(among[i], &other) &&
			    x509_may_issue(&other, &cert))
				return among[i];
	return (struct tls_span){ NULL, 0 };
}

struct tls_span
x509_issuer_of_issuer(const struct x509 *cert)
{
	struct tls_span value = x509_extension(cert, "2.5.29.35");
	struct der_element part, name;
	struct tls_span list, whole;

	if (!der_take(&value, DER_SEQUENCE, &list))
		return (struct tls_span){ NULL, 0 };
	while (der_next(&list, &part))
		while (part.tag == DER_CONTEXT(1) &&
		    der_next(&part.content, &name))
			if (name.tag == DER_CONTEXT(4) &&
			    der_take_whole(&name.content, DER_SEQUENCE, &whole))
				return whole;
	return (struct tls_span){ NULL, 0 };
}
