/* fuzz/x509.c - certificates, and names by themselves
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "wire/x509.h"

static void
check_name(struct tls_span name)
{
	struct buf out = BUF_INIT;

	x509_add_name(&out, name);
	CHECK(fuzz_is_printable(buf_span(&out)));
	/* A byte may become a character of four, each "\XX". */
	CHECK(out.len <= 16 * name.len + 160 * (name.len / 6 + 1));
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };
	struct buf out = BUF_INIT;
	struct x509 cert;

	check_name(input);
	if (!x509_parse(input, &cert))
		return 0;
	CHECK(fuzz_is_within(cert.serial, input));
	CHECK(fuzz_is_within(cert.issuer, input));
	CHECK(fuzz_is_within(cert.subject, input));
	CHECK(fuzz_is_within(cert.spki, input));
	CHECK(fuzz_is_within(cert.extensions, input));
	CHECK(cert.key);
	check_name(cert.issuer);
	check_name(cert.subject);
	x509_add_time(&out, cert.not_before);
	x509_add_time(&out, cert.not_after);
	CHECK(fuzz_is_printable(buf_span(&out)));
	CHECK(out.len < 64);
	buf_clear(&out);
	return 0;
}
