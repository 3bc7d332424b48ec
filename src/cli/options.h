/* cli/options.h - the table of options, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	for (size_t i = 0; i < num_options; i++)
 *		if (option_in_effect(&options[i], &settings))
 *			puts(options[i].name);
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "settings.h"
#include "tls_feature.h"

/* How the value of an option is read, and what `least` and `most` of its row
 * mean; values.c has a row for each. */
enum option_kind {
	OPTION_FLAG,		/* bool := true */
	OPTION_NUMBER,		/* unsigned, least to most */
	OPTION_SECONDS,		/* the same, kept in milliseconds */
	OPTION_DEPTH,		/* int, least to most; and asks */
	OPTION_DEMAND,		/* the same; and demands */
	OPTION_DEPTH_ALONE,	/* int, least to most */
	OPTION_STRING,		/* any words but none */
	OPTION_LIST,		/* any words, or none */
	OPTION_OUTPUT,		/* a file's name, "-" or "fd:N" */
	OPTION_WORDS,		/* struct settings_words: one more */
	OPTION_PSK,		/* the same, [IDENTITY:]HEX: a secret */
	OPTION_BYTES,		/* a string of `least` to `most` bytes */
	OPTION_CHOICE,		/* enum := least */
	OPTION_LENIENT,		/* bool: "refuse" false; "ignore", "accept" */
	OPTION_FORM,		/* "PEM", "DER", "P12"; for a key "ENGINE" */
	OPTION_SOURCE,		/* where a pass phrase comes from: a secret */
	OPTION_ADDRESS,		/* [host:]port, fd:N */
	OPTION_PORT,		/* port */
	OPTION_URL,		/* http://HOST[:PORT]/PATH */
	OPTION_PROTOCOLS,	/* names of 1 to 255 bytes between commas */
	OPTION_VERSION,		/* unsigned |= the bit of version `least` */
	OPTION_HELP,		/* nothing to keep */
	OPTION_KIND_COUNT
};

/* G(group, name after -help, title) */
#define OPTION_GROUPS(G) \
G(SERVER,	"server",	"The server") \
G(CERTIFICATE,	"certificate",	"Certificates and keys") \
G(CLIENT,	"client",	"Client certificates") \
G(PROTOCOL,	"protocol",	"The protocol") \
G(SESSION,	"session",	"Sessions and pre-shared keys") \
G(STATUS,	"status",	"Stapled OCSP responses") \
G(WEB,		"web",		"A web server") \
G(OUTPUT,	"output",	"Input and output")

enum option_group {
#define G(group, name, title) GROUP_##group,
	OPTION_GROUPS(G)
#undef G
	OPTION_GROUP_COUNT
};

struct option {
	const char *name;	/* without its dash */
	enum option_kind kind;
	size_t field;		/* offset in struct settings */
	long least, most;
	int needs;		/* enum tls_feature, or -1 */
	enum option_group group;
	const char *value;	/* its name in -help, or null: takes none */
	const char *help;	/* clauses without a full stop */
};

extern const struct option options[];
extern const size_t num_options;

struct option_group_name {
	const char *name, *title;
};
extern const struct option_group_name option_groups[OPTION_GROUP_COUNT];

/* The option of exactly this name of `len` bytes, or null. */
const struct option *option_find(const char *name, size_t len);

/* The option whose name looks most like `name`, or null: none does. */
const struct option *option_nearest(const char *name);

/* Whether options of this kind have a value. */
bool option_takes_value(const struct option *option);

/* Reads `value` (null for a kind that takes none) into the field of
 * `option`.  False with blame CONFIG and a text that names the option. */
bool option_read(const struct option *option, const char *value,
    struct settings *settings, struct tls_error *err);

/* Whether `option`, and not another one of its field, has made `settings`
 * what they are: they differ from the default in its way. */
bool option_in_effect(const struct option *option,
    const struct settings *settings);

/* What `plug` makes of `option`; `note`, emptied first, gets why it is not
 * FULL. */
struct plug;
struct buf;
enum tls_support option_answer(const struct option *option,
    const struct plug *plug, struct buf *note);

/* Adds to `warnings` what is accepted with a remark, by what the options mean
 * together; false for what contradicts itself (remarks.c). */
struct buf;
bool remark(const struct settings *settings, struct buf *warnings,
    struct tls_error *err);

/* Everything as it is without an option. */
void settings_init(struct settings *settings);

#endif
