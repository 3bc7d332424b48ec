/* fuzz/pem.c - PEM blocks, what DER looks like, and DH parameters
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "base/text.h"
#include "load/dh.h"
#include "load/pem.h"

static void
check_blocks(struct tls_span input)
{
	struct tls_span rest = input;
	struct pem_block block;
	size_t num = 0;

	while (pem_next(&rest, &block)) {
		struct buf der = BUF_INIT;

		CHECK(++num <= input.len);
		CHECK(fuzz_is_within(block.label, input));
		CHECK(fuzz_is_within(block.text, input));
		CHECK(fuzz_is_within(block.body, block.text));
		CHECK(fuzz_is_within(rest, input));
		CHECK(pem_is_certificate(&block) + pem_is_key(&block) +
		    pem_is_crl(&block) <= 1);
		if (text_read_base64(&der, block.body))
			CHECK(der.len <= block.body.len);
		buf_clear(&der);
	}
	CHECK(num == 0 || pem_is(input));
}

/* A file of -dhparam; what is taken is taken again, as DER. */
static void
check_dh(const uint8_t *data, size_t len)
{
	struct named_file file = { "-dhparam", "fuzz", BUF_INIT };
	struct tls_error err = TLS_ERROR_INIT;
	struct buf out = BUF_INIT, again = BUF_INIT;

	buf_add(&file.bytes, data, len);
	buf_string(&file.bytes);
	if (!dh_read(&out, &file, &err)) {
		CHECK(err.text[0] && err.blame == TLS_BLAME_CONFIG);
	} else {
		file.bytes.len = 0;
		buf_add_span(&file.bytes, buf_span(&out));
		CHECK(dh_read(&again, &file, &err));
		CHECK(span_equal(buf_span(&out), buf_span(&again)));
	}
	buf_clear(&out);
	buf_clear(&again);
	file_clear(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };

	check_blocks(input);
	CHECK(fuzz_is_within(der_sequence(input), input));
	/* A file of one kind is not of the other. */
	CHECK(!(der_is_pkcs12(input) && der_is_encrypted_key(input)));
	check_dh(data, len);
	return 0;
}
