/* wire/crl.c - what a revocation list says
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 5.1
 */
#include "wire/der.h"
#include "wire/x509.h"

bool
x509_parse_crl(struct tls_span der, struct x509_crl *crl)
{
	struct tls_span whole, tbs, ignored;
	struct der_element update;

	if (!der_take(&der, DER_SEQUENCE, &whole) ||
	    !der_take(&whole, DER_SEQUENCE, &tbs))
		return false;
	der_take(&tbs, DER_INTEGER, &ignored);		/* the version */
	return der_take(&tbs, DER_SEQUENCE, &ignored) &&
	    der_take_whole(&tbs, DER_SEQUENCE, &crl->issuer) &&
	    der_next(&tbs, &update) && (update.tag == DER_UTC_TIME ||
	    update.tag == DER_GENERALIZED_TIME) &&
	    der_take(&whole, DER_SEQUENCE, &ignored) &&
	    der_take(&whole, DER_BIT_STRING, &ignored);
}
