/* show_certificates.c - prints what certificates say
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each argument is a file of DER.
 */
#include <stdio.h>

#include "base/buf.h"
#include "wire/x509.h"

static void
show(struct tls_span der)
{
	struct buf out = BUF_INIT;
	struct x509 cert;

	if (!x509_parse(der, &cert)) {
		printf("broken\n");
		return;
	}
	buf_add_string(&out, "subject=");
	x509_add_name(&out, cert.subject);
	buf_add_string(&out, "\nissuer=");
	x509_add_name(&out, cert.issuer);
	buf_add_string(&out, "\nnotBefore=");
	x509_add_time(&out, cert.not_before);
	buf_add_string(&out, "\nnotAfter=");
	x509_add_time(&out, cert.not_after);
	buf_printf(&out, "\nkey=%s %u\nca=%d\n", cert.key, cert.key_bits,
	    cert.is_ca);
	fputs(buf_string(&out), stdout);
	buf_clear(&out);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		struct buf der = BUF_INIT;

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		der.len = fread(buf_reserve(&der, 65536), 1, 65536, file);
		fclose(file);
		show(buf_span(&der));
		buf_clear(&der);
	}
	return 0;
}
