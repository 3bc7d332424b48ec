/* wire/hello.c - parses a ClientHello and keeps every part of it
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.1.2; RFC 5246, 7.4.1.2 and E.2; RFC 6066, 3; RFC 7301
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/reader.h"
#include "wire/answer.h"
#include "wire/der.h"
#include "wire/hello.h"
#include "wire/record.h"

#define SCSV_RENEGOTIATION	0x00ff		/* RFC 5746, 3.3 */
#define STATUS_TYPE_OCSP	1		/* RFC 6066, 8 */

/* Bytes of a client's own extensions of an OCSP request that are passed on. */
#define MAX_REQUEST_EXTENSIONS	1024

/* The extensions whose bodies are read, or whose presence is noted. */
enum {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_STATUS_REQUEST = 5,
	EXTENSION_GROUPS = 10,
	EXTENSION_SIGNATURES = 13,
	EXTENSION_ALPN = 16,
	EXTENSION_EXTENDED_MASTER = 23,
	EXTENSION_TICKET = 35,
	EXTENSION_PSK = 41,
	EXTENSION_EARLY_DATA = 42,
	EXTENSION_VERSIONS = 43,
	EXTENSION_POST_HANDSHAKE_AUTH = 49,
	EXTENSION_RENEGOTIATION = 0xff01,
};

/* The one allocation: this, then numbers, then bytes. */
struct kept {
	struct tls_hello hello;		/* first: what is handed out */
	struct tls_extension extensions[];
};

/* The message in its parts, before anything is allocated. */
struct outline {
	struct tls_span wire;
	struct tls_span message;
	size_t num_records;
	size_t num_extensions;
	size_t num_numbers;	/* 16-bit numbers of all lists together */
};

/* ---- from records to a message ------------------------------------------ */

/* Finds the records that the message takes up.  `whole` receives the message
 * where it lies in more than one of them. */
static bool
gather(struct tls_span bytes, struct outline *outline, struct buf *whole)
{
	struct reader r = reader_of(bytes);
	size_t want = SIZE_MAX, got = 0;

	while (got < want) {
		struct tls_span body;

		read_bytes(&r, 3);
		body = read_vec16(&r);
		if (r.broken)
			return false;
		outline->num_records++;
		got += body.len;
		if (outline->num_records == 1)
			outline->message = body;
		if (outline->num_records == 2)
			buf_add_span(whole, outline->message);
		if (outline->num_records > 1) {
			buf_add_span(whole, body);
			outline->message = buf_span(whole);
		}
		if (want == SIZE_MAX && got >= 4) {
			const uint8_t *b = outline->message.data;

			want = 4 + ((size_t)b[1] << 16 | (size_t)b[2] << 8 |
			    b[3]);
		}
	}
	if (got < want)
		return false;
	outline->message.len = want;
	outline->wire.data = bytes.data;
	outline->wire.len = (size_t)(r.at - bytes.data);
	return true;
}

static bool
gather_sslv2(struct tls_span bytes, struct outline *outline)
{
	struct reader r = reader_of(bytes);

	outline->message = read_bytes(&r, read_u16(&r) & 0x7fff);
	outline->num_records = 1;
	outline->wire.data = bytes.data;
	outline->wire.len = outline->message.len + 2;
	return !r.broken;
}

/* ---- lists of 16-bit numbers -------------------------------------------- */

/* The list inside an extension's body, after a length of `prefix` bytes; empty
 * where there is no such extension.  The body is sound. */
static struct tls_span
list_in(const struct tls_extension *extension, size_t prefix)
{
	struct reader r;

	if (!extension)
		return (struct tls_span){ NULL, 0 };
	r = reader_of(extension->body);
	return read_bytes(&r, read_number(&r, prefix));
}

/* Writes the numbers of `list` to `*at`, moves `*at` past them and returns
 * where they are. */
static const uint16_t *
unpack(struct tls_span list, uint16_t **at, size_t *num)
{
	struct reader r = reader_of(list);
	uint16_t *first = *at;

	*num = list.len / 2;
	for (size_t i = 0; i < *num; i++)
		*(*at)++ = read_u16(&r);
	return first;
}

/* Without supported_versions the version stands for all below it, and for no
 * more than TLS 1.2 (RFC 8446, 4.2.1). */
static const uint16_t *
imply_versions(uint16_t legacy, uint16_t **at, size_t *num)
{
	uint16_t *first = *at;
	uint16_t version = legacy < TLS_VERSION_1_2 ? legacy : TLS_VERSION_1_2;

	if (version == TLS_VERSION_SSL3)
		*(*at)++ = version;
	for (; version >= TLS_VERSION_1_0; version--)
		*(*at)++ = version;
	*num = (size_t)(*at - first);
	return first;
}

/* ---- the message -------------------------------------------------------- */

/* Reads the fixed part into `hello`; `suites` and `extensions` receive what is
 * still to be read.  False where the lengths contradict each other. */
static bool
read_message(struct tls_hello *hello, struct tls_span *suites,
    struct tls_span *extensions)
{
	struct reader r = reader_of(hello->message);

	read_bytes(&r, 4);
	hello->legacy_version = read_u16(&r);
	hello->random = read_bytes(&r, 32);
	hello->session_id = read_vec8(&r);
	*suites = read_vec16(&r);
	hello->compression = read_vec8(&r);
	*extensions = (struct tls_span){ NULL, 0 };
	if (r.left > 0)
		*extensions = read_vec16(&r);
	return !r.broken && r.left == 0 && suites->len % 2 == 0;
}

static bool
read_message_sslv2(struct tls_hello *hello, struct tls_span *suites)
{
	struct reader r = reader_of(hello->message);
	size_t suites_len, session_id_len, challenge_len;

	read_u8(&r);
	hello->legacy_version = read_u16(&r);
	suites_len = read_u16(&r);
	session_id_len = read_u16(&r);
	challenge_len = read_u16(&r);
	*suites = read_bytes(&r, suites_len);
	hello->session_id = read_bytes(&r, session_id_len);
	hello->random = read_bytes(&r, challenge_len);
	return !r.broken && r.left == 0 && suites_len % 3 == 0;
}

/* Counts the extensions; false where they do not fill their space. */
static bool
count_extensions(struct tls_span extensions, size_t *num)
{
	struct reader r = reader_of(extensions);

	for (*num = 0; r.left > 0; ++*num) {
		read_u16(&r);
		read_vec16(&r);
	}
	return !r.broken;
}

/* The first host_name of a ServerNameList (RFC 6066, 3). */
static struct tls_span
host_name_in(struct tls_span list)
{
	struct reader r = reader_of(list);

	while (r.left > 0) {
		uint8_t type = read_u8(&r);
		struct tls_span name = read_vec16(&r);

		if (type == 0)
			return name;
	}
	return (struct tls_span){ NULL, 0 };
}

/* ---- filling ------------------------------------------------------------ */

static void
fill_extensions(struct kept *kept, struct tls_span extensions, size_t num)
{
	struct reader r = reader_of(extensions);

	for (size_t i = 0; i < num; i++) {
		kept->extensions[i].type = read_u16(&r);
		kept->extensions[i].body = read_vec16(&r);
	}
	kept->hello.extensions = kept->extensions;
	kept->hello.num_extensions = num;
}

static void
fill_suites(struct tls_hello *hello, struct tls_span suites, uint16_t **at)
{
	struct reader r = reader_of(suites);

	if (!hello->sslv2) {
		hello->suites = unpack(suites, at, &hello->num_suites);
	} else {
		hello->suites = *at;
		while (r.left > 0) {
			uint32_t number = read_u24(&r);

			if (number <= UINT16_MAX) {
				*(*at)++ = (uint16_t)number;
				hello->num_suites++;
			}
		}
	}
	for (size_t i = 0; i < hello->num_suites; i++)
		if (hello->suites[i] == SCSV_RENEGOTIATION)
			hello->offers_secure_renegotiation = true;
}

/* Fills the members that are read from extensions. */
static void
fill_picks(struct tls_hello *hello, uint16_t **at)
{
	const struct tls_extension *versions =
	    hello_extension(hello, EXTENSION_VERSIONS);

	hello->server_name = host_name_in(
	    list_in(hello_extension(hello, EXTENSION_SERVER_NAME), 2));
	hello->alpn = list_in(hello_extension(hello, EXTENSION_ALPN), 2);
	hello->groups = unpack(
	    list_in(hello_extension(hello, EXTENSION_GROUPS), 2), at,
	    &hello->num_groups);
	hello->signatures = unpack(
	    list_in(hello_extension(hello, EXTENSION_SIGNATURES), 2), at,
	    &hello->num_signatures);
	if (versions)
		hello->versions = unpack(list_in(versions, 1), at,
		    &hello->num_versions);
	else
		hello->versions = imply_versions(hello->legacy_version, at,
		    &hello->num_versions);

	hello->offers_ticket = hello_extension(hello, EXTENSION_TICKET);
	hello->offers_status = hello_extension(hello,
	    EXTENSION_STATUS_REQUEST);
	hello->offers_psk = hello_extension(hello, EXTENSION_PSK);
	hello->offers_early_data = hello_extension(hello,
	    EXTENSION_EARLY_DATA);
	hello->offers_post_handshake_auth = hello_extension(hello,
	    EXTENSION_POST_HANDSHAKE_AUTH);
	hello->offers_extended_master = hello_extension(hello,
	    EXTENSION_EXTENDED_MASTER);
	if (hello_extension(hello, EXTENSION_RENEGOTIATION))
		hello->offers_secure_renegotiation = true;
}

/* Allocates what `outline` asks for, with the bytes copied and the spans
 * moved over to the copy.  `*numbers` is where the lists go. */
static struct kept *
keep(const struct outline *outline, uint16_t **numbers)
{
	size_t head = sizeof(struct kept) +
	    outline->num_extensions * sizeof(struct tls_extension) +
	    outline->num_numbers * sizeof(uint16_t);
	const uint8_t *from = outline->wire.data;
	const uint8_t *message = outline->message.data;
	bool apart = outline->num_records != 1;
	struct kept *kept;
	uint8_t *bytes;

	kept = mem_zero(1, head + outline->wire.len +
	    (apart ? outline->message.len : 0));
	*numbers = (uint16_t *)(kept->extensions + outline->num_extensions);
	bytes = (uint8_t *)(*numbers + outline->num_numbers);
	if (outline->wire.len)
		memcpy(bytes, from, outline->wire.len);
	kept->hello.wire = (struct tls_span){ bytes, outline->wire.len };
	kept->hello.num_records = outline->num_records;
	kept->hello.message.len = outline->message.len;
	if (apart) {
		bytes += outline->wire.len;
		memcpy(bytes, message, outline->message.len);
		kept->hello.message.data = bytes;
	} else {
		kept->hello.message.data = bytes + (message - from);
	}
	return kept;
}

static bool
refuse(struct tls_error *err)
{
	err_set(err, TLS_BLAME_PEER,
	    "the lengths in the ClientHello contradict each other");
	err->alert_sent = ALERT_DECODE_ERROR;
	return false;
}

/* Reads the message once to see how much room it takes, and with `strict`
 * whether it is sound. */
static bool
measure(struct outline *outline, bool sslv2, bool strict,
    struct tls_error *err)
{
	struct tls_hello hello = { .message = outline->message };
	struct tls_span suites, extensions = { NULL, 0 };

	if (sslv2 ? !read_message_sslv2(&hello, &suites) :
	    !read_message(&hello, &suites, &extensions))
		return refuse(err);
	if (!count_extensions(extensions, &outline->num_extensions))
		return refuse(err);
	if (strict && hello.session_id.len > 32)
		return refuse(err);
	if (strict && !hello_extensions_are_sound(extensions, err))
		return false;

	/* All lists but the suites lie in the extensions, no two numbers in
	 * the same two bytes.  Three versions more may be implied. */
	outline->num_numbers = suites.len / 2 + extensions.len / 2 + 3;
	return true;
}

/* Makes the hello of a sound `outline`. */
static struct tls_hello *
fill(const struct outline *outline, bool sslv2)
{
	struct tls_span suites, extensions = { NULL, 0 };
	uint16_t *numbers;
	struct kept *kept = keep(outline, &numbers);
	struct tls_hello *hello = &kept->hello;

	hello->sslv2 = sslv2;
	if (sslv2) {
		read_message_sslv2(hello, &suites);
		hello->record_version = TLS_VERSION_SSL2;
	} else {
		read_message(hello, &suites, &extensions);
		if (hello->num_records > 0)
			hello->record_version = (uint16_t)
			    (hello->wire.data[1] << 8 | hello->wire.data[2]);
	}
	fill_extensions(kept, extensions, outline->num_extensions);
	fill_suites(hello, suites, &numbers);
	fill_picks(hello, &numbers);
	return hello;
}

struct tls_hello *
hello_new(struct tls_span bytes, struct tls_error *err)
{
	bool sslv2 = bytes.len > 0 && bytes.data[0] & 0x80;
	struct outline outline = { .num_records = 0 };
	struct tls_hello *hello = NULL;
	struct buf whole = BUF_INIT;

	if (sslv2 ? !gather_sslv2(bytes, &outline) :
	    !gather(bytes, &outline, &whole))
		refuse(err);
	else if (measure(&outline, sslv2, true, err))
		hello = fill(&outline, sslv2);
	buf_clear(&whole);
	return hello;
}

static struct tls_hello *
of_message(struct tls_span message, bool strict, struct tls_error *err)
{
	struct outline outline = { .message = message };
	struct reader r = reader_of(message);

	if (read_u8(&r) != MESSAGE_CLIENT_HELLO || read_u24(&r) != r.left) {
		refuse(err);
		return NULL;
	}
	return measure(&outline, false, strict, err) ? fill(&outline, false) :
	    NULL;
}

struct tls_hello *
hello_of_message(struct tls_span message, struct tls_error *err)
{
	return of_message(message, true, err);
}

struct tls_hello *
hello_of_unsound(struct tls_span message, struct tls_error *err)
{
	return of_message(message, false, err);
}

void
hello_free(struct tls_hello *hello)
{
	free(hello);
}

/* ---- asking ------------------------------------------------------------- */

bool
hello_coalesce(const struct tls_hello *hello, struct buf *out)
{
	if (hello->sslv2 || hello->message.len > 16384)
		return false;
	buf_add_u8(out, 22);
	buf_add_u16(out, hello->num_records ? hello->record_version :
	    TLS_VERSION_1_0);
	buf_add_u16(out, (unsigned)hello->message.len);
	buf_add_span(out, hello->message);
	return true;
}

const struct tls_extension *
hello_extension(const struct tls_hello *hello, uint16_t type)
{
	for (size_t i = 0; i < hello->num_extensions; i++)
		if (hello->extensions[i].type == type)
			return &hello->extensions[i];
	return NULL;
}

bool
hello_asks_status(const struct tls_hello *hello,
    struct tls_span *request_extensions)
{
	const struct tls_extension *request =
	    hello_extension(hello, EXTENSION_STATUS_REQUEST);
	struct der_element element;
	struct tls_span rest;
	struct reader r;

	*request_extensions = (struct tls_span){ NULL, 0 };
	if (!request)
		return false;
	r = reader_of(request->body);
	if (read_u8(&r) != STATUS_TYPE_OCSP)
		return false;
	read_vec16(&r);			/* responder_id_list */
	rest = read_vec16(&r);
	if (r.broken || r.left)
		return false;
	*request_extensions = rest;
	if (rest.len > MAX_REQUEST_EXTENSIONS || !der_next(&rest, &element) ||
	    element.tag != DER_SEQUENCE || rest.len)
		*request_extensions = (struct tls_span){ NULL, 0 };
	return true;
}

bool
hello_next_protocol(struct tls_span *list, struct tls_span *name)
{
	struct reader r = reader_of(*list);

	*name = read_vec8(&r);
	if (r.broken || name->len == 0)
		return false;
	*list = (struct tls_span){ r.at, r.left };
	return true;
}
