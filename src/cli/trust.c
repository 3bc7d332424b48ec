/* trust.c - certificates out of their files
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "wire/x509.h"

/* ---- lists ------------------------------------------------------------ */

void
der_list_add(struct der_list *list, struct tls_span der)
{
	list->spans = mem_grow(list->spans,
	    (list->num + 1) * sizeof *list->spans);
	list->spans[list->num++] = (struct tls_span){
	    mem_copy(der.data, der.len), der.len };
}

void
der_list_clear(struct der_list *list)
{
	for (size_t i = 0; i < list->num; i++)
		free((uint8_t *)list->spans[i].data);
	free(list->spans);
	*list = (struct der_list){ NULL, 0 };
}

/* ---- certificates ----------------------------------------------------- */

static bool
fail(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s", file->option,
	    file->name, why);
}

const char *
file_form(const struct named_file *file, struct tls_error *err)
{
	struct tls_span bytes = buf_span(&file->bytes);

	if (pem_is(bytes))
		return "PEM";
	if (der_is_pkcs12(bytes))
		return "P12";
	if (der_sequence(bytes).len)
		return "DER";
	fail(file, "is neither PEM nor DER: a PEM file has a line with "
	    "-----BEGIN", err);
	return NULL;
}

static bool
add_pem(struct der_list *list, const struct named_file *file,
    struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;

	while (pem_next(&rest, &block)) {
		struct buf der = BUF_INIT;
		struct tls_span first;
		struct x509 cert;
		bool good;

		if (!block.whole)
			return fail(file, "a PEM block lacks its END line",
			    err);
		if (!pem_is_certificate(&block))
			continue;
		good = text_read_base64(&der, block.body);
		/* a TRUSTED CERTIFICATE has something behind it */
		first = der_sequence(buf_span(&der));
		good = good && first.len && x509_parse(first, &cert);
		if (good)
			der_list_add(list, first);
		buf_clear(&der);
		if (!good)
			return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: "
			    "certificate %zu in it is damaged", file->option,
			    file->name, list->num + 1);
	}
	if (list->num == 0)
		return fail(file, "holds no certificate, only other PEM "
		    "blocks", err);
	return true;
}

static bool
add_der(struct der_list *list, const struct named_file *file,
    struct tls_error *err)
{
	struct tls_span der = der_sequence(buf_span(&file->bytes));
	struct x509 cert;

	if (!x509_parse(der, &cert))
		return fail(file, "holds no certificate, but other DER", err);
	der_list_add(list, der);
	return true;
}

bool
certs_read(struct der_list *certs, const struct named_file *file,
    struct tls_error *err)
{
	const char *form = file_form(file, err);

	if (!form)
		return false;
	if (!strcmp(form, "P12"))
		return fail(file, "is PKCS#12: make it PEM with \"openssl "
		    "pkcs12 -nodes -in OLD -out NEW\"", err);
	return !strcmp(form, "PEM") ? add_pem(certs, file, err) :
	    add_der(certs, file, err);
}
