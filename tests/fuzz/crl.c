/* fuzz/crl.c - CRLs, and files of trusted certificates
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "load/trust.h"
#include "wire/x509.h"

static void
check_file(const uint8_t *data, size_t len)
{
	struct named_file file = { "-CAfile", "fuzz", BUF_INIT };
	struct der_list certs = { NULL, 0 };
	struct tls_error err = TLS_ERROR_INIT;
	struct x509 cert;

	buf_add(&file.bytes, data, len);
	buf_string(&file.bytes);
	if (certs_read(&certs, &file, &err))
		CHECK(certs.num > 0);
	else
		CHECK(err.text[0] && err.blame == TLS_BLAME_CONFIG);
	for (size_t i = 0; i < certs.num; i++)
		CHECK(x509_parse(certs.spans[i], &cert));
	der_list_clear(&certs);
	file_clear(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };
	struct x509_crl crl;

	if (x509_parse_crl(input, &crl))
		CHECK(fuzz_is_within(crl.issuer, input));
	check_file(data, len);
	return 0;
}
