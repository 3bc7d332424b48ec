/* wire/fingerprint.c - JA3 and JA4 of a ClientHello
 * SPDX-License-Identifier: Apache-2.0
 * Reference: github.com/salesforce/ja3; github.com/FoxIO-LLC/ja4, "JA4: TLS
 * Client Fingerprinting"
 */
#include "wire/fingerprint.h"

#include <md5.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "names/names.h"
#include "wire/hello.h"

enum {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_POINT_FORMATS = 11,
	EXTENSION_ALPN = 16,
	EXTENSION_VERSIONS = 43,
	EXTENSION_QUIC = 57,
	EXTENSION_QUIC_DRAFT = 0xffa5,
};

#define HASH_DIGITS	12		/* of SHA-256, in JA4 */

/* The types of the extensions; to be freed. */
static uint16_t *
types_of(const struct tls_hello *hello)
{
	uint16_t *types = mem_alloc(hello->num_extensions * sizeof *types);

	for (size_t i = 0; i < hello->num_extensions; i++)
		types[i] = hello->extensions[i].type;
	return types;
}

/* Drops GREASE values; returns how many numbers are left. */
static size_t
drop_grease(uint16_t *numbers, size_t num)
{
	size_t kept = 0;

	for (size_t i = 0; i < num; i++)
		if (!is_grease(numbers[i]))
			numbers[kept++] = numbers[i];
	return kept;
}

/* ---- JA3 ---------------------------------------------------------------- */

/* Adds `number` in decimal. */
static void
add_decimal(struct buf *out, unsigned number)
{
	char digits[10];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buf_add(out, digits + at, sizeof digits - at);
}

static void
add_decimals(struct buf *out, const uint16_t *numbers, size_t num)
{
	bool first = true;

	buf_add_u8(out, ',');
	for (size_t i = 0; i < num; i++) {
		if (is_grease(numbers[i]))
			continue;
		if (!first)
			buf_add_u8(out, '-');
		add_decimal(out, numbers[i]);
		first = false;
	}
}

static void
add_ja3(const struct tls_hello *hello, struct buf *out)
{
	const struct tls_extension *formats =
	    hello_extension(hello, EXTENSION_POINT_FORMATS);
	struct reader r = reader_of(formats ? formats->body :
	    (struct tls_span){ NULL, 0 });
	struct tls_span list = read_vec8(&r);
	uint16_t *types = types_of(hello);

	add_decimal(out, hello->legacy_version);
	add_decimals(out, hello->suites, hello->num_suites);
	add_decimals(out, types, hello->num_extensions);
	add_decimals(out, hello->groups, hello->num_groups);
	buf_add_u8(out, ',');
	for (size_t i = 0; i < list.len; i++) {
		if (i)
			buf_add_u8(out, '-');
		add_decimal(out, list.data[i]);
	}
	free(types);
}

/* ---- JA4 ---------------------------------------------------------------- */

static const char *
ja4_version(uint16_t version)
{
	static const struct {
		uint16_t version;
		const char *name;
	} names[] = {
		{ TLS_VERSION_1_3, "13" }, { TLS_VERSION_1_2, "12" },
		{ TLS_VERSION_1_1, "11" }, { TLS_VERSION_1_0, "10" },
		{ TLS_VERSION_SSL3, "s3" }, { TLS_VERSION_SSL2, "s2" },
		{ 0xfeff, "d1" }, { 0xfefd, "d2" }, { 0xfefc, "d3" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].version == version)
			return names[i].name;
	return "00";
}

/* The highest of supported_versions, or the version of the message. */
static uint16_t
highest_version(const struct tls_hello *hello)
{
	uint16_t highest = 0;

	if (!hello_extension(hello, EXTENSION_VERSIONS))
		return hello->legacy_version;
	for (size_t i = 0; i < hello->num_versions; i++)
		if (!is_grease(hello->versions[i]) &&
		    hello->versions[i] > highest)
			highest = hello->versions[i];
	return highest;
}

static bool
is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

/* The first and the last letter of the first protocol, or of its hex. */
static void
add_protocol(struct buf *out, struct tls_span list)
{
	static const char digits[] = "0123456789abcdef";
	struct tls_span name;
	uint8_t first, last;

	if (list.len == 0 || !hello_next_protocol(&list, &name)) {
		buf_add_string(out, "00");
		return;
	}
	first = name.data[0];
	last = name.data[name.len - 1];
	if (!is_alphanumeric(first) || !is_alphanumeric(last)) {
		first = (uint8_t)digits[first >> 4];
		last = (uint8_t)digits[last & 15];
	}
	buf_add_u8(out, first);
	buf_add_u8(out, last);
}

static void
add_count(struct buf *out, size_t count)
{
	if (count > 99)
		count = 99;
	buf_add_u8(out, (unsigned)('0' + count / 10));
	buf_add_u8(out, (unsigned)('0' + count % 10));
}

static void
add_list(struct buf *out, const uint16_t *numbers, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		const uint8_t bytes[] = {
			(uint8_t)(numbers[i] >> 8), (uint8_t)numbers[i] };

		if (i)
			buf_add_u8(out, ',');
		text_add_hex(out, (struct tls_span){ bytes, 2 });
	}
}

static int
compare_numbers(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Adds the sorted list without the extensions that the first part tells of. */
static void
add_sorted_types(struct buf *out, uint16_t *types, size_t num)
{
	size_t kept = 0;

	for (size_t i = 0; i < num; i++)
		if (types[i] != EXTENSION_SERVER_NAME &&
		    types[i] != EXTENSION_ALPN)
			types[kept++] = types[i];
	qsort(types, kept, sizeof *types, compare_numbers);
	add_list(out, types, kept);
}

/* Adds "_" and the signature algorithms, if there are any. */
static void
add_signatures(struct buf *out, const struct tls_hello *hello)
{
	uint16_t *numbers = mem_copy(hello->signatures,
	    hello->num_signatures * sizeof *numbers);
	size_t num = drop_grease(numbers, hello->num_signatures);

	if (num) {
		buf_add_u8(out, '_');
		add_list(out, numbers, num);
	}
	free(numbers);
}

static char
transport(const struct tls_hello *hello)
{
	if (hello->legacy_version >> 8 == 0xfe)
		return 'd';
	return hello->num_records == 0 &&
	    (hello_extension(hello, EXTENSION_QUIC) ||
	    hello_extension(hello, EXTENSION_QUIC_DRAFT)) ? 'q' : 't';
}

/* Adds the three parts with "_" between; `parts` gets where the second and
 * the third begin. */
static void
add_ja4(const struct tls_hello *hello, struct buf *out, size_t parts[2])
{
	uint16_t *suites = mem_copy(hello->suites,
	    hello->num_suites * sizeof *suites);
	uint16_t *types = types_of(hello);
	size_t num_suites = drop_grease(suites, hello->num_suites);
	size_t num_types = drop_grease(types, hello->num_extensions);

	buf_add_u8(out, (unsigned char)transport(hello));
	buf_add_string(out, ja4_version(highest_version(hello)));
	buf_add_u8(out, hello_extension(hello, EXTENSION_SERVER_NAME) ? 'd' :
	    'i');
	add_count(out, num_suites);
	add_count(out, num_types);
	add_protocol(out, hello->alpn);
	buf_add_u8(out, '_');
	parts[0] = out->len;
	qsort(suites, num_suites, sizeof *suites, compare_numbers);
	add_list(out, suites, num_suites);
	buf_add_u8(out, '_');
	parts[1] = out->len;
	add_sorted_types(out, types, num_types);
	add_signatures(out, hello);
	free(types);
	free(suites);
}

/* Writes the beginning of the hash of `bytes`, zeros for none. */
static void
put_hash(char *out, struct tls_span bytes)
{
	char digits[SHA256_DIGEST_STRING_LENGTH];

	if (bytes.len == 0)
		memset(digits, '0', HASH_DIGITS);
	else
		SHA256Data(bytes.data, bytes.len, digits);
	memcpy(out, digits, HASH_DIGITS);
}

void
fingerprint_of(const struct tls_hello *hello, struct fingerprint *f)
{
	size_t parts[2];
	const uint8_t *raw;

	memset(f, 0, sizeof *f);
	add_ja3(hello, &f->ja3);
	MD5Data(f->ja3.data, f->ja3.len, f->ja3_hash);

	add_ja4(hello, &f->ja4_r, parts);
	raw = f->ja4_r.data;
	memcpy(f->ja4, raw, parts[0]);
	put_hash(f->ja4 + parts[0], (struct tls_span){ raw + parts[0],
	    parts[1] - 1 - parts[0] });
	f->ja4[parts[0] + HASH_DIGITS] = '_';
	put_hash(f->ja4 + parts[0] + HASH_DIGITS + 1,
	    (struct tls_span){ raw + parts[1], f->ja4_r.len - parts[1] });
}

void
fingerprint_clear(struct fingerprint *f)
{
	buf_clear(&f->ja3);
	buf_clear(&f->ja4_r);
}
