/* wire/extensions.c - whether the extensions of a ClientHello are sound
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.2 to 4.2.11 and 6.2; RFC 6066, 3 and 8; RFC 7301, 3.1;
 * RFC 8422, 5.1; RFC 7627, 5.1; RFC 5746, 3.2
 *
 * A library may overlook what is wrong in an extension that it does not need,
 * and then go on without it; what was decided from it here would be void.
 */
#include "base/err.h"
#include "base/reader.h"
#include "wire/hello.h"
#include "wire/record.h"

#define STATUS_TYPE_OCSP	1
#define NAME_TYPE_HOST		0
#define MIN_BINDER_LEN		32

#define PRE_SHARED_KEY		41

/* ---- bodies ------------------------------------------------------------ */

/* Each reads a body; what is left over, or `broken`, is wrong. */

static void
read_nothing(struct reader *r)
{
	(void)r;
}

static bool
is_list_of_numbers(struct tls_span list)
{
	return list.len > 0 && list.len % 2 == 0;
}

static void
read_numbers(struct reader *r)
{
	if (!is_list_of_numbers(read_vec16(r)))
		r->broken = true;
}

static void
read_versions(struct reader *r)
{
	if (!is_list_of_numbers(read_vec8(r)))
		r->broken = true;
}

/* Point formats, modes of pre-shared keys. */
static void
read_octets(struct reader *r)
{
	if (read_vec8(r).len == 0)
		r->broken = true;
}

static void
read_renegotiation(struct reader *r)
{
	read_vec8(r);
}

/* Names of other types have a length of 16 bits too. */
static void
read_names(struct reader *r)
{
	struct reader list = reader_of(read_vec16(r));
	unsigned hosts = 0;

	if (list.left == 0)
		r->broken = true;
	while (list.left > 0) {
		uint8_t type = read_u8(&list);
		struct tls_span name = read_vec16(&list);

		if (name.len == 0 || (type == NAME_TYPE_HOST && hosts++ > 0))
			r->broken = true;
	}
	r->broken |= list.broken;
}

static void
read_protocols(struct reader *r)
{
	struct reader list = reader_of(read_vec16(r));

	if (list.left == 0)
		r->broken = true;
	while (list.left > 0)
		if (read_vec8(&list).len == 0)
			r->broken = true;
	r->broken |= list.broken;
}

/* What follows another type of status is not known. */
static void
read_status_request(struct reader *r)
{
	struct reader list;

	if (read_u8(r) != STATUS_TYPE_OCSP) {
		read_bytes(r, r->left);
		return;
	}
	list = reader_of(read_vec16(r));
	while (list.left > 0)
		if (read_vec16(&list).len == 0)
			r->broken = true;
	read_vec16(r);
	r->broken |= list.broken;
}

/* None at all asks for a HelloRetryRequest. */
static void
read_key_shares(struct reader *r)
{
	struct reader list = reader_of(read_vec16(r));

	while (list.left > 0) {
		read_u16(&list);
		if (read_vec16(&list).len == 0)
			r->broken = true;
	}
	r->broken |= list.broken;
}

static void
read_keys(struct reader *r)
{
	struct reader identities = reader_of(read_vec16(r));
	struct reader binders = reader_of(read_vec16(r));

	if (identities.left == 0 || binders.left == 0)
		r->broken = true;
	while (identities.left > 0) {
		if (read_vec16(&identities).len == 0)
			r->broken = true;
		read_u32(&identities);
	}
	while (binders.left > 0)
		if (read_vec8(&binders).len < MIN_BINDER_LEN)
			r->broken = true;
	r->broken |= identities.broken || binders.broken;
}

/* ---- the list ---------------------------------------------------------- */

static const struct {
	uint16_t type;
	const char *name;
	void (*read)(struct reader *r);
} rows[] = {
	{ 0, "server_name", read_names },
	{ 5, "status_request", read_status_request },
	{ 10, "supported_groups", read_numbers },
	{ 11, "ec_point_formats", read_octets },
	{ 13, "signature_algorithms", read_numbers },
	{ 16, "application_layer_protocol_negotiation", read_protocols },
	{ 23, "extended_master_secret", read_nothing },
	{ PRE_SHARED_KEY, "pre_shared_key", read_keys },
	{ 42, "early_data", read_nothing },
	{ 43, "supported_versions", read_versions },
	{ 45, "psk_key_exchange_modes", read_octets },
	{ 49, "post_handshake_auth", read_nothing },
	{ 50, "signature_algorithms_cert", read_numbers },
	{ 51, "key_share", read_key_shares },
	{ 0xff01, "renegotiation_info", read_renegotiation },
};
#define NUM_ROWS	(sizeof rows / sizeof *rows)

static bool
refuse(struct tls_error *err, int alert, const char *name, const char *what)
{
	err_set(err, TLS_BLAME_PEER, "the extension %s of the ClientHello %s",
	    name, what);
	err->alert_sent = alert;
	return false;
}

bool
hello_extensions_are_sound(struct tls_span extensions, struct tls_error *err)
{
	struct reader r = reader_of(extensions);
	unsigned long seen = 0;		/* a bit for each row */

	while (r.left > 0) {
		uint16_t type = read_u16(&r);
		struct reader body = reader_of(read_vec16(&r));
		size_t i = 0;

		while (i < NUM_ROWS && rows[i].type != type)
			i++;
		if (i == NUM_ROWS)
			continue;
		if (seen >> i & 1)
			return refuse(err, ALERT_ILLEGAL_PARAMETER,
			    rows[i].name, "is there twice (RFC 8446, 4.2)");
		seen |= 1ul << i;
		rows[i].read(&body);
		if (body.broken || body.left > 0)
			return refuse(err, ALERT_DECODE_ERROR, rows[i].name,
			    "cannot be decoded");
		if (type == PRE_SHARED_KEY && r.left > 0)
			return refuse(err, ALERT_ILLEGAL_PARAMETER,
			    rows[i].name,
			    "is not the last one (RFC 8446, 4.2.11)");
	}
	return true;
}
