/* recorded/capture.c - captures, read with libpcap by a module of its own
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/err.h"
#include "recorded/internal.h"

static bool
begins(struct tls_span bytes, const char *start, size_t len)
{
	return bytes.len >= len && memcmp(bytes.data, start, len) == 0;
}

bool
capture_looks_like(struct tls_span bytes)
{
	static const char starts[][4] = {
		{ '\xa1', '\xb2', '\xc3', '\xd4' },
		{ '\xd4', '\xc3', '\xb2', '\xa1' },
		{ '\xa1', '\xb2', '\x3c', '\x4d' },	/* nanoseconds */
		{ '\x4d', '\x3c', '\xb2', '\xa1' },
		{ '\xa1', '\xb2', '\xcd', '\x34' },	/* Kuznetzov's */
		{ '\x34', '\xcd', '\xb2', '\xa1' },
		{ '\x0a', '\x0d', '\x0d', '\x0a' },	/* pcapng */
	};

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (begins(bytes, starts[i], 4))
			return true;
	return false;
}

const char *
compressed_by(struct tls_span bytes)
{
	static const struct {
		const char *program, *start;
		size_t len;
	} rows[] = {
		{ "gzip", "\x1f\x8b", 2 },
		{ "zstd", "\x28\xb5\x2f\xfd", 4 },
		{ "lz4", "\x04\x22\x4d\x18", 4 },
		{ "xz", "\xfd" "7zXZ", 5 },
		{ "bzip2", "BZh", 3 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (begins(bytes, rows[i].start, rows[i].len))
			return rows[i].program;
	return NULL;
}

bool
capture_read(struct recorded *out, FILE *file, size_t wanted,
    struct tls_error *err)
{
	(void)out;
	(void)file;
	(void)wanted;
	return err_set(err, TLS_BLAME_FEATURE,
	    "this is a capture, which this build does not read");
}
