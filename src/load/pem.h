/* load/pem.h - whole files, and the PEM blocks in them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 7468, RFC 1421
 *
 *	struct named_file file = { .option = "-cert", .name = "server.pem" };
 *	struct pem_block block;
 *	struct tls_span rest;
 *
 *	if (!file_read(&file, &err))
 *		return false;
 *	rest = buf_span(&file.bytes);
 *	while (pem_next(&rest, &block))
 *		...
 *	file_clear(&file);
 *
 * Spans of a block point into the text that it was found in.
 */
#ifndef LOAD_PEM_H
#define LOAD_PEM_H

#include "base/buf.h"

/* A file that an option names. */
struct named_file {
	const char *option;	/* "-cert" or the like, for messages */
	const char *name;
	struct buf bytes;	/* a NUL follows them */
};

/* Reads the whole file; false with blame CONFIG, naming option, file, reason
 * and remedy, if it is a directory, empty, unreadable or too large. */
bool file_read(struct named_file *file, struct tls_error *err);

/* Wipes and frees what was read. */
void file_clear(struct named_file *file);

struct pem_block {
	struct tls_span label;	/* "CERTIFICATE" */
	struct tls_span text;	/* from the BEGIN line to the END line, line
				 * ends included */
	struct tls_span body;	/* base64, after any headers */
	bool encrypted;		/* "Proc-Type: 4,ENCRYPTED" */
	bool whole;		/* it has an END line */
};

/* Whether `bytes` hold a BEGIN line. */
bool pem_is(struct tls_span bytes);

/* Finds the next block and drops everything up to its end from `rest`; false if
 * there is none.  A block without an END line has `whole` false, and is the
 * last. */
bool pem_next(struct tls_span *rest, struct pem_block *block);

bool pem_is_certificate(const struct pem_block *block);
bool pem_is_key(const struct pem_block *block);
bool pem_is_crl(const struct pem_block *block);

/* The first SEQUENCE in `bytes`, tag and length included, or an empty span. */
struct tls_span der_sequence(struct tls_span bytes);

/* Whether `key`, DER, is an EncryptedPrivateKeyInfo (RFC 5958). */
bool der_is_encrypted_key(struct tls_span key);

/* Whether `bytes`, DER, are PKCS#12 (RFC 7292), which holds keys and
 * certificates encrypted with a pass phrase. */
bool der_is_pkcs12(struct tls_span bytes);

#endif
