/* fuzz/ocsp.c - OCSP responses, and URLs
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "fuzz.h"
#include "wire/ocsp.h"
#include "wire/url.h"

static void
check_url(struct tls_span input)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct url url;

	if (!url_parse(input, &url, &err)) {
		CHECK(err.text[0]);
		return;
	}
	CHECK(url.host[0] && url.path[0] == '/' && url.port);
	CHECK(fuzz_is_printable(span_of(url.host)));
	CHECK(fuzz_is_printable(span_of(url.path)));
	CHECK(!strchr(url.path, ' '));
}

static void
check_text(const struct ocsp *response, size_t len)
{
	struct buf out = BUF_INIT;

	ocsp_add_text(&out, response);
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] == '\n')
			out.data[i] = ' ';
	CHECK(fuzz_is_printable(buf_span(&out)));
	CHECK(out.len <= 400 * (len + 1));
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len }, rest;
	struct ocsp_single single;
	struct ocsp response;
	int64_t until;

	check_url(input);
	if (!ocsp_parse(input, &response))
		return 0;
	CHECK(fuzz_is_within(response.responder, input));
	CHECK(fuzz_is_within(response.extensions, input));
	CHECK(fuzz_is_within(response.signature, input));
	CHECK(fuzz_is_within(response.certificates, input));
	rest = response.singles;
	while (rest.len) {
		CHECK(ocsp_next(&rest, &single));
		CHECK(fuzz_is_within(single.serial, input));
		CHECK(fuzz_is_within(single.name_hash, input));
		CHECK(fuzz_is_within(single.extensions, input));
		CHECK(ocsp_names(&response, single.serial, &until));
	}
	check_text(&response, len);
	return 0;
}
