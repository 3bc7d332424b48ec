/* cli/value.h - options whose values are stored in a struct
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct hello_options {
 *		struct option_words names;
 *	};
 *
 *	for (size_t i = 0; i < options->names.num; i++)
 *		puts(options->names.list[i]);
 *
 * The fields of the other kinds have plain types: bool, unsigned, const char *.
 */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include "base/buf.h"

/* The values of an option that may be given several times, in order. */
struct option_words {
	const char **list;	/* owned by the options; the strings are
				 * borrowed */
	size_t num;
};

/* A pre-shared key, [IDENTITY:]HEX. */
struct option_key {
	struct tls_span identity;	/* borrowed; empty: not given */
	struct buf key;			/* owned; wiped before it is freed */
};

struct option_keys {
	struct option_key *list;	/* owned by the options */
	size_t num;
};

/* A depth of verification, and which option set it. */
struct option_depth {
	int depth;		/* -1: not given */
	bool demand;		/* a client must have a certificate */
};

#endif
