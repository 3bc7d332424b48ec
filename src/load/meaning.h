/* load/meaning.h - what -cipher, -groups and -sigalgs mean on one backend
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct load_options options = { .cipher = "HIGH:!aNULL" };
 *	const struct meaning_request request = {
 *		.kind = MEANING_SUITES, .options = &options, .plug = plug,
 *	};
 *	struct meaning meaning;
 *
 *	if (!meaning_of(&meaning, &request, &err))
 *		return err_exit_status(&err);
 *	for (size_t i = 0; i < meaning.num; i++)
 *		printf("%04x\n", meaning.list[i]);
 *	meaning_clear(&meaning);
 *
 * What is computed here is what a server with these options is configured with,
 * by the same functions.
 */
#ifndef LOAD_MEANING_H
#define LOAD_MEANING_H

#include "base/buf.h"
#include "load/load.h"
#include "plug/plug.h"

enum meaning_kind {
	MEANING_SUITES,		/* of `cipher` and `ciphersuites` */
	MEANING_GROUPS,		/* of `groups` */
	MEANING_SIGNATURES,	/* of `signatures` */
};

struct meaning_request {
	enum meaning_kind kind;
	/* A list that is null is the default one: of suites, that of a server;
	 * of the others, all that the backend has, in its own order.  With
	 * `native` all that it has, suites too. */
	const struct load_options *options;
	const struct plug *plug;
	/* Suites: only those that a server with these options can use, given
	 * a certificate with any kind of key; `psk`: and a pre-shared one. */
	bool usable, psk;
};

struct meaning {
	uint16_t *list;		/* owned; IANA numbers, best first */
	size_t num;
	struct buf notes;	/* owned; lines: what is left out, and why */
	struct buf ignored;	/* owned; the words of a cipher string that
				 * mean nothing, with ", " between */
};

/* False with blame CONFIG for a list that nobody understands, and FEATURE for
 * one of which the backend has nothing; `meaning` is then empty. */
bool meaning_of(struct meaning *meaning,
    const struct meaning_request *request, struct tls_error *err);

/* Frees what `meaning` owns. */
void meaning_clear(struct meaning *meaning);

#endif
