/* values.c - the kinds of options: reading their values
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

/* ---- numbers and bits ------------------------------------------------- */

static bool
read_flag(const struct reading *r, struct tls_error *err)
{
	bool *flag = r->field;

	(void)err;
	*flag = true;
	return true;
}

static bool
read_whole(const struct reading *r, unsigned long *out, struct tls_error *err)
{
	const struct option *option = r->option;

	if (text_read_number(r->value, (unsigned long)option->least,
	    (unsigned long)option->most, out))
		return true;
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: a number from %ld "
	    "to %ld", option->name, r->value, option->least, option->most);
}

static bool
read_number(const struct reading *r, struct tls_error *err)
{
	unsigned *number = r->field;
	unsigned long value;

	if (!read_whole(r, &value, err))
		return false;
	*number = (unsigned)value;
	return true;
}

/* "2", "0.5": a decimal fraction with at most three digits, as milliseconds. */
static bool
read_seconds(const struct reading *r, struct tls_error *err)
{
	const struct option *option = r->option;
	const char *dot = strchr(r->value, '.');
	unsigned long most = (unsigned long)option->most;
	unsigned long whole, part = 0;
	unsigned *number = r->field;
	char before[16], after[4] = "000";
	bool good;

	snprintf(before, sizeof before, "%.*s",
	    dot ? (int)(dot - r->value) : 15, r->value);
	good = strlen(r->value) < sizeof before &&
	    text_read_number(before, 0, most, &whole);
	if (good && dot) {
		size_t len = strlen(dot + 1);

		good = len >= 1 && len <= 3;
		if (good)
			memcpy(after, dot + 1, len);
		good = good && text_read_number(after, 0, 999, &part) &&
		    (whole < most || part == 0);
	}
	if (!good)
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: seconds "
		    "from %ld to %ld, 0.5 and the like included",
		    option->name, r->value, option->least, option->most);
	*number = (unsigned)(whole * 1000 + part);
	return true;
}

static bool
read_depth(const struct reading *r, struct tls_error *err)
{
	struct option_depth *depth = r->field;
	unsigned long value;

	if (!read_whole(r, &value, err))
		return false;
	depth->depth = (int)value;
	depth->demand = r->option->kind == OPTION_DEMAND;
	return true;
}

static bool
read_version(const struct reading *r, struct tls_error *err)
{
	unsigned *versions = r->field;

	(void)err;
	*versions |= TLS_VERSION_BIT((unsigned)r->option->least);
	return true;
}

static bool
read_depth_only(const struct reading *r, struct tls_error *err)
{
	int *depth = r->field;
	unsigned long value;

	if (!read_whole(r, &value, err))
		return false;
	*depth = (int)value;
	return true;
}

/* An enumeration without negative values has the type unsigned. */
static bool
read_choice(const struct reading *r, struct tls_error *err)
{
	unsigned *choice = r->field;

	(void)err;
	*choice = (unsigned)r->option->least;
	return true;
}

static bool
read_nothing(const struct reading *r, struct tls_error *err)
{
	(void)r;
	(void)err;
	return true;
}

/* ---- words ------------------------------------------------------------ */

static bool
read_list(const struct reading *r, struct tls_error *err)
{
	(void)err;
	return keep(r);
}

static bool
read_string(const struct reading *r, struct tls_error *err)
{
	if (!*r->value)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: %s must not be "
		    "empty", r->option->name, r->option->value);
	return keep(r);
}

static bool
read_bytes(const struct reading *r, struct tls_error *err)
{
	const struct option *option = r->option;
	size_t len = strlen(r->value);

	if (len >= (size_t)option->least && len <= (size_t)option->most)
		return keep(r);
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: %ld to %ld bytes",
	    option->name, r->value, option->least, option->most);
}

static bool
read_words(const struct reading *r, struct tls_error *err)
{
	struct option_words *words = r->field;

	if (!*r->value)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: %s must not be "
		    "empty", r->option->name, r->option->value);
	words->list = mem_grow(words->list,
	    (words->num + 1) * sizeof *words->list);
	words->list[words->num++] = r->value;
	return true;
}

/* The longest pre-shared key, in bytes, that every library takes. */
#define MAX_PSK_BYTES	256

/* The digits follow the last colon, since an identity may contain colons.  The
 * message does not repeat the value, which may be the key itself. */
static bool
read_psk(const struct reading *r, struct tls_error *err)
{
	const char *colon = strrchr(r->value, ':');
	const char *digits = colon ? colon + 1 : r->value;
	struct option_keys *keys = r->field;
	struct option_key key = { .key = BUF_INIT };

	if (colon == r->value)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: the identity "
		    "before the colon is empty", r->option->name);
	if (colon)
		key.identity = (struct tls_span){ (const uint8_t *)r->value,
		    (size_t)(colon - r->value) };
	if (!text_read_hex(&key.key, digits) || key.key.len == 0) {
		buf_wipe(&key.key);
		return err_set(err, TLS_BLAME_CONFIG, "-%s: a key is an even "
		    "number of hexadecimal digits, as in 1a2b3c4d",
		    r->option->name);
	}
	if (key.key.len > MAX_PSK_BYTES) {
		buf_wipe(&key.key);
		return err_set(err, TLS_BLAME_CONFIG, "-%s: a key has at most "
		    "%d bytes", r->option->name, MAX_PSK_BYTES);
	}
	keys->list = mem_grow(keys->list,
	    (keys->num + 1) * sizeof *keys->list);
	keys->list[keys->num++] = key;
	return true;
}

static bool
read_one_of(const struct reading *r, struct tls_error *err)
{
	const char *at = r->option->value;
	unsigned *choice = r->field;
	size_t len = strlen(r->value);

	for (unsigned i = 1; at; i++) {
		if (len == strcspn(at, "|") && !strncmp(at, r->value, len)) {
			*choice = i;
			return true;
		}
		at = strchr(at, '|');
		at = at ? at + 1 : NULL;
	}
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: one of %s",
	    r->option->name, r->value, r->option->value);
}

static bool
read_lenient(const struct reading *r, struct tls_error *err)
{
	const char *other = strchr(r->option->value, '|') + 1;
	bool *lenient = r->field;

	*lenient = !strcmp(r->value, other);
	return *lenient || !strcmp(r->value, "refuse") ||
	    err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: refuse, or %s",
	    r->option->name, r->value, other);
}

static bool
read_output(const struct reading *r, struct tls_error *err)
{
	unsigned long number;

	if (!strncmp(r->value, "fd:", 3) &&
	    !text_read_number(r->value + 3, 0, 1 << 20, &number))
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: behind fd: "
		    "goes the number of a descriptor, as in fd:3",
		    r->option->name, r->value);
	return read_string(r, err);
}

static bool
read_form(const struct reading *r, struct tls_error *err)
{
	static const char *const forms[] = { "PEM", "DER", "P12", "ENGINE" };
	const char **string = r->field;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (!strcasecmp(r->value, forms[i]) &&
		    strstr(r->option->value, forms[i])) {
			*string = forms[i];
			return true;
		}
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: the formats are %s",
	    r->option->name, r->value, r->option->value);
}

static bool
read_source(const struct reading *r, struct tls_error *err)
{
	static const char *const sources[] = { "pass:", "env:", "file:" };
	const char *value = r->value;
	unsigned long number;

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (!strncmp(value, sources[i], strlen(sources[i]))) {
			if (i == 0 || value[strlen(sources[i])])
				return keep(r);
			return err_set(err, TLS_BLAME_CONFIG, "-%s %s: a name "
			    "must follow", r->option->name, sources[i]);
		}
	if (!strcmp(value, "stdin"))
		return keep(r);
	if (!strncmp(value, "fd:", 3)) {
		if (text_read_number(value + 3, 0, 1 << 20, &number))
			return keep(r);
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: behind fd: "
		    "goes the number of a descriptor, as in fd:3",
		    r->option->name, value);
	}
	/* Not repeated: it may be the pass phrase itself. */
	return err_set(err, TLS_BLAME_CONFIG, "-%s: the sources are "
	    "pass:WORDS, env:VARIABLE, file:FILE, fd:NUMBER and stdin",
	    r->option->name);
}

/* ---- in effect -------------------------------------------------------- */

static bool
flag_shows(const struct option *option, const void *field, const void *before)
{
	const bool *flag = field;

	(void)option;
	(void)before;
	return *flag;
}

static bool
number_shows(const struct option *option, const void *field,
    const void *before)
{
	const unsigned *number = field, *other = before;

	(void)option;
	return *number != *other;
}

static bool
depth_shows(const struct option *option, const void *field, const void *before)
{
	const struct option_depth *depth = field;

	(void)before;
	return depth->depth >= 0 &&
	    depth->demand == (option->kind == OPTION_DEMAND);
}

static bool
string_shows(const struct option *option, const void *field,
    const void *before)
{
	const char *const *string = field;

	(void)option;
	(void)before;
	return *string != NULL;
}

static bool
version_shows(const struct option *option, const void *field,
    const void *before)
{
	const unsigned *versions = field;

	(void)before;
	return *versions & TLS_VERSION_BIT((unsigned)option->least);
}

static bool
choice_shows(const struct option *option, const void *field,
    const void *before)
{
	const unsigned *choice = field;

	(void)before;
	return *choice == (unsigned)option->least;
}

static bool
depth_only_shows(const struct option *option, const void *field,
    const void *before)
{
	const int *depth = field;

	(void)option;
	(void)before;
	return *depth >= 0;
}

static bool
words_show(const struct option *option, const void *field, const void *before)
{
	const struct option_words *words = field;

	(void)option;
	(void)before;
	return words->num > 0;
}

static bool
keys_show(const struct option *option, const void *field, const void *before)
{
	const struct option_keys *keys = field;

	(void)option;
	(void)before;
	return keys->num > 0;
}

static bool
never_shows(const struct option *option, const void *field, const void *before)
{
	(void)option;
	(void)field;
	(void)before;
	return false;
}

/* ---- the end ----------------------------------------------------------- */

static void
clear_words(void *field)
{
	struct option_words *words = field;

	free(words->list);
	*words = (struct option_words){ NULL, 0 };
}

static void
clear_keys(void *field)
{
	struct option_keys *keys = field;

	for (size_t i = 0; i < keys->num; i++)
		buf_wipe(&keys->list[i].key);
	free(keys->list);
	*keys = (struct option_keys){ NULL, 0 };
}

/* ---- the kinds -------------------------------------------------------- */

static const struct kind {
	bool takes;
	bool (*read)(const struct reading *r, struct tls_error *err);
	/* `before`: the same field in the defaults. */
	bool (*shows)(const struct option *option, const void *field,
	    const void *before);
	void (*clear)(void *field);	/* null: owns nothing, and the next
					 * value replaces this one */
} kinds[OPTION_KIND_COUNT] = {
	[OPTION_FLAG] = { false, read_flag, flag_shows, NULL },
	[OPTION_NUMBER] = { true, read_number, number_shows, NULL },
	[OPTION_SECONDS] = { true, read_seconds, number_shows, NULL },
	[OPTION_DEPTH] = { true, read_depth, depth_shows, NULL },
	[OPTION_DEMAND] = { true, read_depth, depth_shows, NULL },
	[OPTION_STRING] = { true, read_string, string_shows, NULL },
	[OPTION_LIST] = { true, read_list, string_shows, NULL },
	[OPTION_OUTPUT] = { true, read_output, string_shows, NULL },
	[OPTION_FORM] = { true, read_form, string_shows, NULL },
	[OPTION_SOURCE] = { true, read_source, string_shows, NULL },
	[OPTION_ADDRESS] = { true, value_read_address, string_shows, NULL },
	[OPTION_PORT] = { true, value_read_port, string_shows, NULL },
	[OPTION_URL] = { true, value_read_url, string_shows, NULL },
	[OPTION_PROTOCOLS] = { true, value_read_protocols, string_shows, NULL },
	[OPTION_VERSION] = { false, read_version, version_shows, NULL },
	[OPTION_CHOICE] = { false, read_choice, choice_shows, NULL },
	[OPTION_DEPTH_ONLY] = { true, read_depth_only, depth_only_shows, NULL },
	[OPTION_WORDS] = { true, read_words, words_show, clear_words },
	[OPTION_PSK] = { true, read_psk, keys_show, clear_keys },
	[OPTION_BYTES] = { true, read_bytes, string_shows, NULL },
	[OPTION_ONE_OF] = { true, read_one_of, number_shows, NULL },
	[OPTION_LENIENT] = { true, read_lenient, flag_shows, NULL },
	[OPTION_HELP] = { false, read_nothing, never_shows, NULL },
};

bool
option_takes_value(const struct option *option)
{
	return kinds[option->kind].takes;
}

bool
option_adds(const struct option *option)
{
	return kinds[option->kind].clear || option->kind == OPTION_VERSION;
}

bool
option_read(const struct option *option, const char *value, void *base,
    struct tls_error *err)
{
	struct reading r = {
		.option = option, .value = value,
		.field = (char *)base + option->field,
	};

	return kinds[option->kind].read(&r, err);
}

void
option_clear(const struct option *option, void *base)
{
	if (kinds[option->kind].clear)
		kinds[option->kind].clear((char *)base + option->field);
}

bool
option_in_effect(const struct option_table *table,
    const struct option *option, const void *base)
{
	return kinds[option->kind].shows(option,
	    (const char *)base + option->field,
	    (const char *)table->defaults + option->field);
}
