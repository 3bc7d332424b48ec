/* cli/option.h - the options of a command, as a table
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static const struct option rows[] = {
 *		{ .name = "json", .kind = OPTION_FLAG,
 *		  .field = offsetof(struct version_options, json),
 *		  .needs = OPTION_NEEDS_NOTHING,
 *		  .help = "print one JSON object" },
 *		OPTION_HELP_ROW,
 *	};
 *	const struct option_table version_table = {
 *		.command = "version", .about = "Prints versions.",
 *		.list = rows, .num = sizeof rows / sizeof *rows,
 *		.groups = groups, .num_groups = 1,
 *		.defaults = &defaults, .size = sizeof defaults,
 *	};
 *
 * Rules.  A command has its own struct of options, and one table that says how
 * words become the fields of that struct.  The parser, -help, the manual,
 * completion and the checks of what a backend supports all walk that table: a
 * new option is one row.  Rows of the same field are alternatives: the last one
 * given counts.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stddef.h>

#include "cli/value.h"
#include "tls_feature.h"

/* How the value of an option is read, and what `least` and `most` of its row
 * mean; values.c has a row for each kind. */
enum option_kind {
	OPTION_FLAG,		/* bool := true */
	OPTION_NUMBER,		/* unsigned, least to most */
	OPTION_SECONDS,		/* the same, kept in milliseconds */
	OPTION_DEPTH,		/* struct option_depth, least to most: ask for a
				 * certificate */
	OPTION_DEMAND,		/* the same, and demand one */
	OPTION_DEPTH_ONLY,	/* int, least to most */
	OPTION_STRING,		/* any string but the empty one */
	OPTION_LIST,		/* any string */
	OPTION_OUTPUT,		/* a file name, "-" or "fd:N" */
	OPTION_WORDS,		/* struct option_words: appends one */
	OPTION_PSK,		/* struct option_keys: appends one; a secret */
	OPTION_BYTES,		/* a string of `least` to `most` bytes */
	OPTION_CHOICE,		/* enum := least */
	OPTION_ONE_OF,		/* enum := 1 for the first of the words that
				 * `value` names with | between, 2 for the
				 * second ... */
	OPTION_LENIENT,		/* bool: "refuse" false; "ignore", "accept" */
	OPTION_FORM,		/* "PEM", "DER", "P12"; for a key also
				 * "ENGINE" */
	OPTION_SOURCE,		/* where a pass phrase comes from: a secret */
	OPTION_ADDRESS,		/* [host:]port, fd:N */
	OPTION_PORT,		/* port */
	OPTION_URL,		/* http://HOST[:PORT]/PATH */
	OPTION_PROTOCOLS,	/* names of 1 to 255 bytes, commas between */
	OPTION_VERSION,		/* unsigned |= the bit of version `least` */
	OPTION_HELP,		/* stores nothing */
	OPTION_KIND_COUNT
};

#define OPTION_NEEDS_NOTHING	(-1)

struct option {
	const char *name;	/* without its dash */
	enum option_kind kind;
	size_t field;		/* offset in the command's options */
	long least, most;
	int needs;		/* enum tls_feature, or OPTION_NEEDS_NOTHING */
	unsigned group;		/* index into the groups of the table */
	const char *value;	/* its name in -help; null: takes no value */
	const char *help;	/* clauses, without a full stop at the end */
};

struct option_group {
	const char *name, *title;	/* word after -help; heading of its
					 * options */
};

/* Two options that contradict each other. */
struct option_rivals {
	const char *one, *other, *remedy;
};

/* An option that has no effect or no meaning without one of others. */
struct option_companions {
	const char *name;
	const char *without[4];
	bool wrong;		/* refused, and not only remarked on */
};

/* What there is to say of an option besides the feature of its row. */
enum option_rule_kind {
	OPTION_NO_EFFECT,	/* on any backend: `words` say why */
	OPTION_UNLESS,		/* OPTION_NO_EFFECT does not hold with the
				 * option that `words` name */
	OPTION_INSTEAD,		/* replaces the row's feature: `words` say
				 * how */
	OPTION_WITHOUT,		/* lacking it costs what `words` say, or null */
};

struct option_rule {
	const char *option;
	enum option_rule_kind kind;
	int feature;		/* or OPTION_NEEDS_NOTHING */
	const char *words;
};

/* Options that the reference has and this program does not, with blanks between
 * them, and what to use instead: one or two clauses. */
struct option_absent {
	const char *names;
	const char *instead;
};

/* Everything about the options of one command. */
struct option_table {
	const char *command;		/* "s_server" */
	const char *operand;		/* "LIST": one word that is no option
					 * may be given; null: none may */
	const char *notes;		/* after the options in -help, lines;
					 * or null */
	const char *about;		/* a sentence or two, for -help, with
					 * line ends */
	const struct option *list;	/* in the order of -help */
	size_t num;
	const struct option_group *groups;
	size_t num_groups;		/* at least 1 */
	const void *defaults;		/* the struct of options before any is
					 * read */
	size_t size;			/* of that struct, in bytes */
	const struct option_rivals *rivals;
	size_t num_rivals;
	const struct option_companions *companions;
	size_t num_companions;
	const struct option_rule *rules;
	size_t num_rules;
	const struct option_absent *absent;
	size_t num_absent;
};

/* The last row of every table. */
#define OPTION_HELP_ROW \
	{ .name = "help", .kind = OPTION_HELP, \
	  .needs = OPTION_NEEDS_NOTHING, .help = "print this" }

/* The option with exactly this name of `len` bytes, or null. */
const struct option *option_find(const struct option_table *table,
    const char *name, size_t len);

/* What there is instead of an option of the reference that the table lacks;
 * null if the reference has none of this name either. */
const char *option_instead(const struct option_table *table,
    const char *name);

/* The option whose name is most similar to `name`; null if none is similar. */
const struct option *option_nearest(const struct option_table *table,
    const char *name);

/* Whether options of this kind have a value; whether each adds to its field
 * instead of replacing what is there; whether their values are secrets. */
bool option_takes_value(const struct option *option);
bool option_adds(const struct option *option);

/* Reads `value` (null for a kind that takes none) into the field of `option` in
 * `base`, the command's options.  False with blame CONFIG; the text names the
 * option. */
bool option_read(const struct option *option, const char *value, void *base,
    struct tls_error *err);

/* Frees what option_read stored in the field. */
void option_clear(const struct option *option, void *base);

/* Whether the field in `base` has a value other than the default that `option`
 * gives it, and not another option of that field. */
bool option_in_effect(const struct option_table *table,
    const struct option *option, const void *base);

/* How well `plug` supports `option`; `note`, emptied first, gets the reason if
 * that is not FULL. */
struct plug;
enum tls_support option_answer(const struct option_table *table,
    const struct option *option, const struct plug *plug, struct buf *note);

#endif
