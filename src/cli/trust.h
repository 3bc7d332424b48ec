/* cli/trust.h - certificates and CRLs, out of their files
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct named_file file = { .option = "-CAfile", .name = "ca.pem" };
 *	struct der_list certs = { NULL, 0 };
 *
 *	if (file_read(&file, &err) && certs_read(&certs, &file, &err))
 *		...
 *	der_list_clear(&certs);
 *	file_clear(&file);
 */
#ifndef CLI_TRUST_H
#define CLI_TRUST_H

#include "cli/pem.h"

/* DER blobs one behind the other; each span is owned. */
struct der_list {
	struct tls_span *spans;
	size_t num;
};

/* Adds a copy. */
void der_list_add(struct der_list *list, struct tls_span der);
void der_list_clear(struct der_list *list);

/* Finds out whether the file is "PEM", "DER" or "P12"; null with blame CONFIG
 * when it is none of them. */
const char *file_form(const struct named_file *file, struct tls_error *err);

/* Reads all certificates of a PEM file, or the one of a DER file.  False with
 * blame CONFIG when there is none, or one is damaged. */
bool certs_read(struct der_list *certs, const struct named_file *file,
    struct tls_error *err);

#endif
