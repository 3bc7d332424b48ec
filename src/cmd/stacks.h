/* cmd/stacks.h - what a list selects on several backends, side by side
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct stacks stacks;
 *
 *	if (stacks_open(&stacks, "all", &request, &err)) {
 *		stacks_print_table(&stacks, &look);
 *		status = stacks_status(&stacks, &err);
 *	}
 *	stacks_close(&stacks);
 *
 * For this room only: the commands ciphers, groups and sigalgs.
 */
#ifndef CMD_STACKS_H
#define CMD_STACKS_H

#include <jansson.h>

#include "cli/cli.h"
#include "cmd/defaults.h"
#include "load/meaning.h"
#include "plug/plugs.h"

/* One backend, and what the list selects there. */
struct stack {
	const struct plug *plug;	/* borrowed from the set */
	struct meaning meaning;
	bool good;			/* if not, `err` says why it selects
					 * nothing */
	struct tls_error err;
	enum defaults_order order;	/* of default groups */
};

struct stacks {
	struct plugs *plugs;		/* owned */
	bool ordered;			/* the `order` of each is known */
	struct stack *list;		/* owned; sorted by name */
	size_t num;
	bool by_name;			/* the user has named a single one */
	uint16_t *rows;			/* owned: all that any of them selects,
					 * in an order like theirs */
	size_t num_rows;
	bool same;			/* all select the same in the same
					 * order */
	bool same_order;		/* what all select has one order */
};

/* How the numbers of a list are shown. */
struct stacks_look {
	const char *one, *many;		/* "suite", "suites" */
	/* Whether the lines below are those of a single backend as well. */
	bool verbose;
	/* The name in a list with colons; of an unknown one its number, in
	 * `room` of 8 bytes. */
	const char *(*name)(uint16_t number, char *room);
	/* Adds a line without its end. */
	void (*line)(struct buf *out, uint16_t number, const void *user);
	/* Adds why `stack` does not select `number`: a clause. */
	void (*reason)(struct buf *out, uint16_t number,
	    const struct stack *stack, const void *user);
	/* The members of a JSON object, besides "number". */
	void (*members)(json_t *object, uint16_t number);
	const void *user;		/* the command's options */
};

/* What is to be asked of each backend. */
struct stacks_request {
	struct meaning_request meaning;	/* its plug is not used */
	bool defaults;			/* there is no list: what a server does
					 * without one */
};

/* Loads the backends that `words` names: one, several with commas between, or
 * all ("all", or null), and asks each of them.  False with blame CONFIG if
 * there is none of a name, FEATURE if one that is named does not load.
 * stacks_close is called in every outcome. */
bool stacks_open(struct stacks *stacks, const char *words,
    const struct stacks_request *request, struct tls_error *err);
void stacks_close(struct stacks *stacks);

/* 0 if at least one of them selects something; else 2 or 3, and `err`. */
int stacks_status(const struct stacks *stacks, struct tls_error *err);

/* Prints the list of a single backend: with colons, or a line each. */
void stacks_print_list(const struct stack *stack,
    const struct stacks_look *look);

/* Prints a table of all of them with the position of everything in each, and
 * sentences on where they differ. */
void stacks_print_table(const struct stacks *stacks,
    const struct stacks_look *look);

/* Prints the sentence for stacks that are all the same. */
void stacks_print_same(FILE *out, const struct stacks *stacks,
    const struct stacks_look *look);

/* What the command prints, and its exit status: for a single backend that is
 * named, its list; else a table, but for `names` null and all the same, where
 * it is the list, with a sentence on standard error. */
struct stacks_choice {
	const char *names;		/* as for stacks_open */
	bool json;
};
int stacks_tell(struct cli_words *words,
    const struct stacks_request *request, const struct stacks_look *look,
    struct stacks_choice choice);

/* All of that as an object. */
json_t *stacks_json(const struct stacks *stacks,
    const struct stacks_look *look);

#endif
