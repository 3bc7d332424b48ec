/* show_cert_status.c - prints OCSP responses, and makes requests
 * SPDX-License-Identifier: Apache-2.0
 *
 *	show_cert_status RESPONSE...
 *	show_cert_status -request CERT ISSUER [EXTENSIONS]
 *
 * All of them are files of DER.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "plug/plug.h"
#include "wire/ocsp.h"
#include "wire/ocsp_request.h"

static struct tls_span
read_whole(struct buf *buf, const char *name)
{
	FILE *file = fopen(name, "rb");

	if (file) {
		buf->len = fread(buf_reserve(buf, 65536), 1, 65536, file);
		fclose(file);
	}
	return buf_span(buf);
}

static int
request(int argc, char **argv)
{
	struct buf bytes[3] = { BUF_INIT, BUF_INIT, BUF_INIT }, out = BUF_INIT;
	struct tls_error err = TLS_ERROR_INIT;
	struct plug *plug = plug_load(plug_default_name(), &err);
	struct ocsp_question question = {
		.cert = read_whole(&bytes[0], argv[0]),
		.issuer = read_whole(&bytes[1], argv[1]),
	};

	if (argc > 2)
		question.extensions = read_whole(&bytes[2], argv[2]);
	if (!plug || !ocsp_request(&out, plug->backend, &question)) {
		fprintf(stderr, "no request: %s\n", err.text);
		return 1;
	}
	fwrite(out.data, 1, out.len, stdout);
	for (int i = 0; i < 3; i++)
		buf_clear(&bytes[i]);
	buf_clear(&out);
	plug_free(plug);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "-request"))
		return request(argc - 2, argv + 2);
	for (int i = 1; i < argc; i++) {
		struct buf der = BUF_INIT, out = BUF_INIT;
		struct ocsp response;

		if (ocsp_parse(read_whole(&der, argv[i]), &response))
			ocsp_add_text(&out, &response);
		else
			buf_add_string(&out, "broken\n");
		fputs(buf_string(&out), stdout);
		buf_clear(&out);
		buf_clear(&der);
	}
	return 0;
}
