/* load/trust.h - certificates and CRLs from files
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct named_file file = { .option = "-cert", .name = "a.pem" };
 *	struct der_list certs = { NULL, 0 };
 *
 *	if (file_read(&file, &err) && certs_read(&certs, &file, &err))
 *		...
 *	der_list_clear(&certs);
 *	file_clear(&file);
 */
#ifndef LOAD_TRUST_H
#define LOAD_TRUST_H

#include "load/pem.h"
#include "load/load.h"

/* A list of DER blobs; each span is owned. */
struct der_list {
	struct tls_span *spans;
	size_t num;
};

/* Adds a copy. */
void der_list_add(struct der_list *list, struct tls_span der);
void der_list_clear(struct der_list *list);

/* Finds out whether the file is "PEM", "DER" or "P12"; null with blame CONFIG
 * if it is none of them. */
const char *file_form(const struct named_file *file, struct tls_error *err);

/* Reads all certificates of a PEM file, or the one of a DER file.  False with
 * blame CONFIG if there is none, or one is damaged. */
bool certs_read(struct der_list *certs, const struct named_file *file,
    struct tls_error *err);

/* What client certificates are verified with. */
struct trust {
	struct der_list roots;
	size_t num_named;	/* of `roots`, the first ones: those of
				 * -CAfile */
	bool system;		/* they are the system's, used only for
				 * clients */
	struct der_list crls;
};

/* Reads -CAfile, -CApath and -CRL.  If clients are asked for a certificate and
 * neither of the first two is given, reads the system's trust store.  Remarks
 * go into `notes`, one a line.  False with blame CONFIG. */
bool trust_load(struct trust *trust, const struct load_options *tls,
    struct buf *notes, struct tls_error *err);
void trust_clear(struct trust *trust);

#endif
