/* fuzz/body.c - bodies of requests, in chunks and not
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/body.h"
#include "fuzz.h"

/* How many bytes a body takes that comes in pieces of `size`; SIZE_MAX: it is
 * refused. */
static size_t
skip(struct tls_span input, const struct http_request *request, size_t size,
    bool *pending)
{
	struct body body = BODY_INIT;
	size_t at = 0;

	if (!body_begin(&body, request))
		return SIZE_MAX;
	while (at < input.len && body_pending(&body)) {
		struct tls_span piece = { input.data + at, input.len - at };
		size_t given;

		if (piece.len > size)
			piece.len = size;
		given = piece.len;
		if (!body_skip(&body, &piece))
			return SIZE_MAX;
		CHECK(piece.len < given);
		at += given - piece.len;
	}
	CHECK(body.total <= BODY_MAX_LEN);
	CHECK(body.framing <= BODY_MAX_FRAMING);
	*pending = body_pending(&body);
	return at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };
	struct http_request request = { .chunked = true };
	bool whole = false, cut = false;
	size_t taken = skip(input, &request, SIZE_MAX, &whole);

	CHECK(skip(input, &request, 1 + len % 5, &cut) == taken);
	CHECK(whole == cut);
	/* A size is digits, from the first byte on. */
	CHECK(len == 0 || taken == SIZE_MAX || (*data >= '0' && *data <= '9') ||
	    (*data >= 'A' && *data <= 'F') || (*data >= 'a' && *data <= 'f'));
	request = (struct http_request){ .content_len = len / 2 };
	CHECK(skip(input, &request, 3, &cut) == len / 2 && !cut);
	return 0;
}
