/* wire/ocsp.c - what an OCSP response says of which certificates
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960, 4.2.1
 */
#include <string.h>

#include "wire/der.h"
#include "wire/ocsp.h"
#include "wire/x509.h"

#define BASIC	"1.3.6.1.5.5.7.48.1.1"

/* Contents of context-specific primitives, "[number] IMPLICIT NULL". */
#define IS_GOOD		0x80
#define IS_REVOKED	DER_CONTEXT(1)
#define IS_UNKNOWN	0x82

/* A number of at most three bytes, from 0 up. */
static bool
small(struct tls_span content, unsigned *out)
{
	*out = 0;
	if (content.len == 0 || content.len > 3 || *content.data & 0x80)
		return false;
	for (size_t i = 0; i < content.len; i++)
		*out = *out << 8 | content.data[i];
	return true;
}

static bool
take_id(struct tls_span *rest, struct ocsp_single *single)
{
	struct tls_span id, algorithm;

	return der_take(rest, DER_SEQUENCE, &id) &&
	    der_take(&id, DER_SEQUENCE, &algorithm) &&
	    der_take(&algorithm, DER_OID, &single->hash) &&
	    der_take(&id, DER_OCTET_STRING, &single->name_hash) &&
	    der_take(&id, DER_OCTET_STRING, &single->key_hash) &&
	    der_take(&id, DER_INTEGER, &single->serial);
}

static bool
read_revoked(struct tls_span info, struct ocsp_single *single)
{
	struct tls_span outer, content;
	unsigned reason;

	if (!x509_take_time(&info, &single->revoked_at))
		return false;
	if (!der_take(&info, DER_CONTEXT(0), &outer))
		return info.len == 0;
	if (!der_take(&outer, DER_ENUMERATED, &content) ||
	    !small(content, &reason))
		return false;
	single->reason = (int)reason;
	return true;
}

static bool
take_verdict(struct tls_span *rest, struct ocsp_single *single)
{
	struct der_element element;

	if (!der_next(rest, &element))
		return false;
	switch (element.tag) {
	case IS_GOOD:
		single->verdict = OCSP_GOOD;
		return true;
	case IS_REVOKED:
		single->verdict = OCSP_REVOKED;
		return read_revoked(element.content, single);
	case IS_UNKNOWN:
		single->verdict = OCSP_UNKNOWN;
		return true;
	default:
		return false;
	}
}

/* Takes "[number] EXPLICIT Extensions", which may be missing. */
static bool
take_extensions(struct tls_span *rest, uint8_t tag, struct tls_span *out)
{
	struct tls_span outer;

	*out = (struct tls_span){ NULL, 0 };
	return !der_take(rest, tag, &outer) ||
	    der_take(&outer, DER_SEQUENCE, out);
}

bool
ocsp_next(struct tls_span *rest, struct ocsp_single *single)
{
	struct tls_span after = *rest, content, outer;

	*single = (struct ocsp_single){ .reason = -1 };
	if (!der_take(&after, DER_SEQUENCE, &content) ||
	    !take_id(&content, single) || !take_verdict(&content, single) ||
	    !x509_take_time(&content, &single->this_update))
		return false;
	single->has_next = der_take(&content, DER_CONTEXT(0), &outer);
	if ((single->has_next &&
	    !x509_take_time(&outer, &single->next_update)) ||
	    !take_extensions(&content, DER_CONTEXT(1), &single->extensions))
		return false;
	*rest = after;
	return true;
}

static bool
take_responder(struct tls_span *rest, struct ocsp *response)
{
	struct tls_span outer;

	if (der_take(rest, DER_CONTEXT(1), &outer))
		return der_take_whole(&outer, DER_SEQUENCE,
		    &response->responder);
	response->by_key = true;
	return der_take(rest, DER_CONTEXT(2), &outer) &&
	    der_take(&outer, DER_OCTET_STRING, &response->responder);
}

static bool
read_data(struct tls_span data, struct ocsp *response)
{
	struct ocsp_single single;
	struct tls_span outer, content, rest;

	if (der_take(&data, DER_CONTEXT(0), &outer) &&
	    (!der_take(&outer, DER_INTEGER, &content) ||
	    !small(content, &response->version)))
		return false;
	if (!take_responder(&data, response) ||
	    !x509_take_time(&data, &response->produced_at) ||
	    !der_take(&data, DER_SEQUENCE, &response->singles) ||
	    !take_extensions(&data, DER_CONTEXT(1), &response->extensions))
		return false;
	rest = response->singles;
	while (rest.len)
		if (!ocsp_next(&rest, &single))
			return false;
	return true;
}

static bool
read_basic(struct tls_span der, struct ocsp *response)
{
	struct tls_span whole, data, algorithm, bits, outer;

	if (!der_take(&der, DER_SEQUENCE, &whole) || der.len ||
	    !der_take(&whole, DER_SEQUENCE, &data) ||
	    !read_data(data, response) ||
	    !der_take(&whole, DER_SEQUENCE, &algorithm) ||
	    !der_take(&algorithm, DER_OID, &response->algorithm) ||
	    !der_take(&whole, DER_BIT_STRING, &bits) || bits.len == 0)
		return false;
	/* After the number of unused bits. */
	response->signature = (struct tls_span){ bits.data + 1, bits.len - 1 };
	return !der_take(&whole, DER_CONTEXT(0), &outer) ||
	    der_take(&outer, DER_SEQUENCE, &response->certificates);
}

bool
ocsp_parse(struct tls_span der, struct ocsp *response)
{
	struct tls_span whole, number, outer, bytes, type, content;
	char room[DER_OID_ROOM];

	*response = (struct ocsp){ 0 };
	if (!der_take(&der, DER_SEQUENCE, &whole) || der.len ||
	    !der_take(&whole, DER_ENUMERATED, &number) ||
	    !small(number, &response->status))
		return false;
	if (!der_take(&whole, DER_CONTEXT(0), &outer))
		return whole.len == 0 && response->status != OCSP_SUCCESSFUL;
	if (!der_take(&outer, DER_SEQUENCE, &bytes) ||
	    !der_take(&bytes, DER_OID, &type) ||
	    !der_take(&bytes, DER_OCTET_STRING, &content))
		return false;
	response->basic = !strcmp(der_oid(type, room), BASIC);
	return !response->basic || read_basic(content, response);
}

bool
ocsp_names(const struct ocsp *response, struct tls_span serial,
    int64_t *next_update)
{
	struct tls_span rest = response->singles;
	struct ocsp_single single;
	int64_t earliest = INT64_MAX;
	bool named = false;

	while (ocsp_next(&rest, &single)) {
		if (!span_equal(single.serial, serial))
			continue;
		named = true;
		if (!single.has_next)
			earliest = 0;
		else if (single.next_update < earliest)
			earliest = single.next_update;
	}
	if (next_update)
		*next_update = named ? earliest : 0;
	return named;
}
