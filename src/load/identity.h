/* load/identity.h - certificates with their keys, from files
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct identity_list list = IDENTITY_LIST_INIT;
 *	struct pair pair = {
 *		.words = &options->first, .cert_option = "-cert",
 *		.key_option = "-key", .pass_option = "-pass",
 *	};
 *
 *	if (identity_add(&list, &pair, plug, &err)) {
 *		config.identities = list.list;
 *		config.num_identities = list.num;
 *	}
 *	identity_list_clear(&list);
 */
#ifndef LOAD_IDENTITY_H
#define LOAD_IDENTITY_H

#include "load/trust.h"
#include "plug/plug.h"
#include "load/load.h"

/* The identities of one config; owns everything that they point to. */
struct identity_list {
	struct tls_identity *list;
	struct der_list *chains;	/* of each */
	size_t num;
	struct buf dh;	/* DH parameters found in a certificate's file */
};

#define IDENTITY_LIST_INIT	{ NULL, NULL, 0, BUF_INIT }

/* The options that name one identity, and their values. */
struct pair {
	const struct load_identity *words;
	const char *cert_option, *key_option, *pass_option;
	const char *chain_option;	/* null if there is none */
	const char *default_cert;	/* the file used without
					 * `words->cert` */
	unsigned pass_line;	/* line of the source with the pass phrase, from
				 * 1; 0 means 1 */
	const char *pass;	/* the pass phrase, if it has been read already
				 * for another pair; else null */
	const char *engine;	/* -engine, or null */
	const struct der_list *issuers; /* to build a chain from, or null */
	bool again;		/* files are read again, while clients are
				 * served: nobody is asked for a pass phrase */
	bool strict;		/* the chain is the reference's: the issuers in
				 * the file are left out, a root is kept */
};

/* Reads one identity and adds it.  False with blame CONFIG, naming option, file
 * and remedy, or FEATURE. */
bool identity_add(struct identity_list *list, const struct pair *pair,
    const struct plug *plug, struct tls_error *err);

/* Adds a certificate made for localhost (made.c), and a line about it to
 * `notes`. */
bool identity_make(struct identity_list *list, enum tls_key_kind kind,
    const struct plug *plug, struct buf *notes, struct tls_error *err);

/* Adds copies of the identities of `from`, which were made. */
void identity_copy(struct identity_list *list,
    const struct identity_list *from);

/* loaded.c: asks for a pass phrase on the terminal, unless files are read
 * again; null with blame CONFIG. */
char *identity_ask(const struct pair *pair, const struct named_file *file,
    struct tls_error *err);

/* Adds an empty identity, whose members the caller fills in before the list is
 * used; the list then owns its strings and its key. */
struct tls_identity *identity_new(struct identity_list *list);

void identity_list_clear(struct identity_list *list);

/* ---- the parts ---- */

/* A file of certificates, of a key, or of both, open (keyfile.c). */
struct key_file {
	struct named_file file;
	const char *option;		/* "-cert", the option that `form` is
					 * of */
	const char *wanted;		/* the format that an option requires,
					 * or null */
	const char *form;		/* "PEM", "DER", "P12" */
	struct der_list certs;		/* from a PKCS#12 file */
	struct buf key;			/* from a PKCS#12 file */
};

/* Reads the file and, if it is PKCS#12, opens it, asking for `identity->pass`
 * if that is needed and null.  `file`, `option` and `wanted` are set before. */
bool key_file_open(struct key_file *in, const struct pair *pair,
    struct tls_identity *identity, const struct plug *plug,
    struct tls_error *err);
void key_file_close(struct key_file *in);

/* Compares the format found with the one required.  False with blame CONFIG. */
bool key_file_check(const struct key_file *in, const char *option,
    const char *wanted, struct tls_error *err);

/* Finds the key in the file: the text of its PEM block, or DER. */
bool key_file_find(const struct key_file *in, const struct pair *pair,
    struct tls_span *key, bool *encrypted, struct tls_error *err);

/* chain.c: completes what is sent after the first certificate of `chain`. */
bool chain_complete(struct der_list *chain, const struct pair *pair,
    struct tls_error *err);

#endif
