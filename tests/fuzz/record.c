/* fuzz/record.c - streams of records, cut anywhere
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "wire/record.h"

/* Takes all records off `input` in pieces of at most `size` bytes; a sum over
 * them stands for them. */
static uint64_t
sum_of(struct tls_span input, size_t size, size_t *num)
{
	struct record_watch watch = RECORD_WATCH_INIT;
	struct record record;
	uint64_t sum = 0;

	for (*num = 0; input.len > 0;) {
		struct tls_span piece = input;

		if (piece.len > size)
			piece.len = size;
		input.data += piece.len;
		input.len -= piece.len;
		while (record_next(&watch, &piece, &record)) {
			CHECK(record.len <= 0x7fff);
			sum = sum * 31 + record.type;
			sum = sum * 31 + record.version;
			sum = sum * 31 + record.len;
			++*num;
		}
		CHECK(piece.len == 0);
	}
	return watch.lost ? ~sum : sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };
	size_t num, num_whole;
	uint64_t whole = sum_of(input, SIZE_MAX, &num_whole);

	CHECK(num_whole <= len / 5);
	for (size_t size = 1; size < 9; size++) {
		CHECK(sum_of(input, size, &num) == whole);
		CHECK(num == num_whole);
	}
	return 0;
}
