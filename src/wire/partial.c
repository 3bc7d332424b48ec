/* wire/partial.c - a ClientHello as far as it can be read
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.1.2 and 5.1
 *
 * Fields are copied into a message whose lengths say what is there, and that is
 * parsed as any other.
 */
#include "wire/partial.h"

#include <string.h>

#include "base/err.h"
#include "base/reader.h"
#include "wire/answer.h"
#include "wire/hello.h"

#define RECORD_HANDSHAKE	22
#define MESSAGE_HEADER_LEN	4
#define RANDOM_LEN		32

/* ---- records ------------------------------------------------------------ */

/* What is left of `r`, at most `len` bytes. */
static struct tls_span
take(struct reader *r, size_t len)
{
	return read_bytes(r, len < r->left ? len : r->left);
}

static size_t
announced_by(struct tls_span message)
{
	struct reader r = reader_of(message);

	read_u8(&r);
	return MESSAGE_HEADER_LEN + read_u24(&r);
}

/* Takes a record off `r`; false where there is none. */
static bool
take_record(struct partial *partial, struct reader *r, size_t number,
    struct tls_span *body)
{
	size_t len;

	if (r->left < 5) {
		if (r->left > 0)
			buf_printf(&partial->faults, "record %zu ends in its "
			    "header, after %zu of 5 bytes\n", number, r->left);
		return false;
	}
	if (r->at[0] != RECORD_HANDSHAKE) {
		buf_printf(&partial->faults, "record %zu is not a handshake "
		    "record, but of type %u\n", number, r->at[0]);
		return false;
	}
	read_bytes(r, 3);
	len = read_u16(r);
	if (len > 16384)
		buf_printf(&partial->faults, "record %zu has %zu bytes, more "
		    "than 16384 (RFC 8446, 5.1)\n", number, len);
	if (len > r->left)
		buf_printf(&partial->faults, "record %zu announces %zu bytes, "
		    "of which %zu are there\n", number, len, r->left);
	*body = take(r, len);
	return true;
}

/* Finds the message in its records; returns how many they are. */
static size_t
gather(struct partial *partial, struct tls_span bytes)
{
	struct reader r = reader_of(bytes);
	struct tls_span body;
	size_t num = 0, want = MESSAGE_HEADER_LEN;

	while (partial->message.len < want &&
	    take_record(partial, &r, num + 1, &body)) {
		num++;
		if (num == 1) {
			partial->message = body;
		} else {
			if (num == 2)
				buf_add_span(&partial->gathered,
				    partial->message);
			buf_add_span(&partial->gathered, body);
			partial->message = buf_span(&partial->gathered);
		}
		if (partial->message.len >= MESSAGE_HEADER_LEN)
			want = announced_by(partial->message);
	}
	partial->used = (size_t)(r.at - bytes.data);
	return num;
}

/* ---- fields ------------------------------------------------------------- */

/* The vectors before the extensions. */
static const struct {
	const char *name;
	size_t prefix, unit;	/* bytes of its length, of an element */
} vectors[] = {
	{ "the session ID", 1, 1 },
	{ "the list of suites", 2, 2 },
	{ "the list of compression methods", 1, 1 },
};

/* Copies vector number `i`, as much as is there in whole elements; false where
 * the message ends before it. */
static bool
copy_vector(struct partial *partial, struct reader *r, struct buf *out,
    size_t i)
{
	const char *name = vectors[i].name;
	size_t prefix = vectors[i].prefix, unit = vectors[i].unit, len, odd;
	struct tls_span body;

	if (r->left < prefix) {
		buf_printf(&partial->faults, "the message ends before %s\n",
		    name);
		partial->left = take(r, r->left);
		return false;
	}
	len = read_number(r, prefix);
	if (len > r->left)
		buf_printf(&partial->faults, "%s announces %zu bytes, of which "
		    "%zu are there\n", name, len, r->left);
	body = take(r, len);
	odd = body.len % unit;
	body.len -= odd;
	if (odd) {
		buf_printf(&partial->faults, "%s has %zu bytes, which is no "
		    "multiple of %zu\n", name, body.len + odd, unit);
		partial->left = (struct tls_span){ body.data + body.len, odd };
	}
	if (prefix == 1)
		buf_add_u8(out, (unsigned)body.len);
	else
		buf_add_u16(out, (unsigned)body.len);
	buf_add_span(out, body);
	return true;
}

/* Copies all three; those that are not there are empty. */
static void
copy_vectors(struct partial *partial, struct reader *r, struct buf *out)
{
	const size_t num = sizeof vectors / sizeof *vectors;
	size_t i = 0;

	while (i < num && copy_vector(partial, r, out, i))
		i++;
	for (; i < num; i++)
		buf_add(out, "\0", vectors[i].prefix);
}

/* Copies the extensions that begin in `r`. */
static void
copy_extensions(struct partial *partial, struct reader *r, struct buf *out)
{
	while (r->left >= 4) {
		uint16_t type = read_u16(r);
		size_t len = read_u16(r);

		if (len > r->left)
			buf_printf(&partial->faults, "extension 0x%04x "
			    "announces %zu bytes, of which %zu are there\n",
			    type, len, r->left);
		if (len > r->left)
			len = r->left;
		buf_add_u16(out, type);
		buf_add_u16(out, (unsigned)len);
		buf_add_span(out, take(r, len));
	}
	if (r->left == 0)
		return;
	buf_printf(&partial->faults, "%zu bytes after the last extension are "
	    "no extension\n", r->left);
	partial->left = take(r, r->left);
}

static void
copy_all_extensions(struct partial *partial, struct reader *r,
    struct buf *out)
{
	struct buf list = BUF_INIT;
	struct reader inner;
	size_t len;

	if (r->left == 0)
		return;
	if (r->left == 1) {
		buf_add_string(&partial->faults,
		    "the message ends in the length of its extensions\n");
		partial->left = take(r, 1);
		return;
	}
	len = read_u16(r);
	if (len > r->left)
		buf_printf(&partial->faults, "the extensions announce %zu "
		    "bytes, of which %zu are there\n", len, r->left);
	inner = reader_of(take(r, len));
	copy_extensions(partial, &inner, &list);
	if (r->left > 0) {
		buf_printf(&partial->faults, "%zu bytes follow the "
		    "extensions\n", r->left);
		partial->left = take(r, r->left);
	}
	buf_add_u16(out, (unsigned)list.len);
	buf_add_span(out, buf_span(&list));
	buf_clear(&list);
}

/* Writes the message into `out` with lengths that add up; returns how many
 * bytes of the random there are. */
static size_t
repair(struct partial *partial, struct buf *out)
{
	static const uint8_t zeros[RANDOM_LEN];
	struct reader r = reader_of(partial->message);
	size_t whole = partial->announced, random_len;
	struct tls_span part;

	buf_add_span(out, read_bytes(&r, MESSAGE_HEADER_LEN));
	if (partial->message.len < whole)
		buf_printf(&partial->faults, "the message announces %zu bytes, "
		    "of which %zu are there\n", whole - MESSAGE_HEADER_LEN,
		    r.left);
	part = take(&r, 2);
	buf_add_span(out, part);
	buf_add(out, zeros, 2 - part.len);
	part = take(&r, RANDOM_LEN);
	random_len = part.len;
	buf_add_span(out, part);
	buf_add(out, zeros, RANDOM_LEN - random_len);
	copy_vectors(partial, &r, out);
	copy_all_extensions(partial, &r, out);
	out->data[1] = (uint8_t)((out->len - MESSAGE_HEADER_LEN) >> 16);
	out->data[2] = (uint8_t)((out->len - MESSAGE_HEADER_LEN) >> 8);
	out->data[3] = (uint8_t)(out->len - MESSAGE_HEADER_LEN);
	return random_len;
}

/* ---- the whole ---------------------------------------------------------- */

/* A hello without any fault, which most are. */
static bool
read_sound(struct partial *partial, struct tls_span bytes, bool bare)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum opening opening = bare ? OPENING_MORE : opening_of(bytes);

	if (bare && bytes.len >= MESSAGE_HEADER_LEN &&
	    announced_by(bytes) <= bytes.len) {
		bytes.len = announced_by(bytes);
		partial->hello = hello_of_message(bytes, &err);
		partial->used = bytes.len;
	} else if (opening == OPENING_HELLO ||
	    opening == OPENING_HELLO_SSLV2) {
		partial->hello = hello_new(bytes, &err);
		if (partial->hello)
			partial->used = partial->hello->wire.len;
	}
	if (!partial->hello)
		return false;
	partial->message = partial->hello->message;
	partial->announced = partial->message.len;
	return true;
}

static bool
read_unsound(struct partial *partial, struct tls_span bytes, bool bare)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf repaired = BUF_INIT;
	size_t num_records = 0, random_len;

	if (bare) {
		partial->message = bytes;
		partial->used = bytes.len;
	} else {
		num_records = gather(partial, bytes);
	}
	if (partial->message.len < MESSAGE_HEADER_LEN ||
	    partial->message.data[0] != MESSAGE_CLIENT_HELLO)
		return false;
	partial->announced = announced_by(partial->message);
	if (partial->message.len > partial->announced)
		partial->message.len = partial->announced;
	if (bare)
		partial->used = partial->message.len;
	random_len = repair(partial, &repaired);
	partial->hello = hello_of_unsound(buf_span(&repaired), &err);
	buf_clear(&repaired);
	if (!partial->hello)
		return false;
	partial->hello->random.len = random_len;
	partial->hello->num_records = num_records;
	if (num_records)
		partial->hello->record_version = (uint16_t)
		    (bytes.data[1] << 8 | bytes.data[2]);
	return true;
}

bool
partial_read(struct partial *partial, struct tls_span bytes, bool bare)
{
	memset(partial, 0, sizeof *partial);
	if (read_sound(partial, bytes, bare))
		return true;
	memset(partial, 0, sizeof *partial);
	if (read_unsound(partial, bytes, bare))
		return true;
	partial_clear(partial);
	return false;
}

void
partial_clear(struct partial *partial)
{
	hello_free(partial->hello);
	buf_clear(&partial->gathered);
	buf_clear(&partial->faults);
	memset(partial, 0, sizeof *partial);
}
