/* fuzz/fuzz.h - what every harness is made of
 * SPDX-License-Identifier: Apache-2.0
 *
 *	int
 *	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
 *	{
 *		struct tls_span input = { data, len };
 *
 *		CHECK(parse(input) || len > 0);
 *		return 0;
 *	}
 *
 * Built with --enable-fuzzing, libFuzzer is the caller (for example
 * "tests/fuzz/hello.fuzz -max_len=4096 tests/fuzz/corpus/hello"), else
 * replay.c, which make check runs over the corpus and changes of it.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tls_types.h"

/* What holds for every input, however broken. */
#define CHECK(condition) \
	((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

static inline void
fuzz_fail(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

/* Whether `part` lies in `whole`. */
static inline bool
fuzz_is_within(struct tls_span part, struct tls_span whole)
{
	return part.len == 0 || (part.data >= whole.data &&
	    part.len <= whole.len && (size_t)(part.data - whole.data) <=
	    whole.len - part.len);
}

/* Whether all of it can be shown on a terminal. */
static inline bool
fuzz_is_printable(struct tls_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
