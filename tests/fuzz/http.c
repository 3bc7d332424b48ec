/* fuzz/http.c - heads of requests, and their targets
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "fuzz.h"
#include "wire/http.h"

static void
check_request(const struct http_request *request, struct tls_span input)
{
	struct tls_span head = { input.data, request->head_len };
	struct http_request again;
	struct buf path = BUF_INIT;

	CHECK(request->head_len > 0 && request->head_len <= input.len);
	CHECK(request->head_len <= HTTP_MAX_HEAD);
	CHECK(fuzz_is_within(request->method, request->head));
	CHECK(fuzz_is_within(request->target, request->head));
	CHECK(fuzz_is_within(request->host, request->head));
	CHECK(fuzz_is_within(request->user_agent, request->head));
	CHECK(fuzz_is_within(request->head, head));
	CHECK(request->minor <= 9);
	CHECK(!(request->chunked && request->content_len));

	/* The head by itself is enough, and a byte less is not. */
	CHECK(http_parse(head, &again) == HTTP_OK);
	CHECK(again.head_len == head.len);
	head.len--;
	CHECK(http_parse(head, &again) != HTTP_OK);

	if (http_add_path(&path, request->target)) {
		CHECK(path.len > 0 && path.data[0] == '/');
		CHECK(path.len <= request->target.len + 1);
		CHECK(!memchr(path.data, '\0', path.len));
	}
	buf_clear(&path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };
	struct http_request request;

	switch (http_parse(input, &request)) {
	case HTTP_OK:
		check_request(&request, input);
		break;
	case HTTP_BAD:
		CHECK(request.status >= 400 && request.status <= 505);
		CHECK(request.reason && http_reason(request.status));
		break;
	default:
		CHECK(len <= HTTP_MAX_HEAD);
		break;
	}
	return 0;
}
