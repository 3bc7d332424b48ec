/* values.c - the kinds of options: reading their values
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/options.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "wire/url.h"

/* One option being read into its field. */
struct reading {
	const struct option *option;
	const char *value;		/* null for a kind that takes none */
	struct settings *settings;
	void *field;			/* in `settings` */
};

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

/* "2", "0.5": milliseconds of a decimal fraction of at most three digits. */
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
	int *depth = r->field;
	unsigned long value;

	if (!read_whole(r, &value, err))
		return false;
	*depth = (int)value;
	r->settings->tls.verify_demand = r->option->kind == OPTION_DEMAND;
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
read_depth_alone(const struct reading *r, struct tls_error *err)
{
	int *depth = r->field;
	unsigned long value;

	if (!read_whole(r, &value, err))
		return false;
	*depth = (int)value;
	return true;
}

/* Enumerations without a negative value are kept in an unsigned. */
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
keep(const struct reading *r)
{
	const char **string = r->field;

	*string = r->value;
	return true;
}

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
add_word(const struct reading *r)
{
	struct settings_words *words = r->field;

	words->list = mem_grow(words->list,
	    (words->num + 1) * sizeof *words->list);
	words->list[words->num++] = r->value;
	return true;
}

static bool
read_words(const struct reading *r, struct tls_error *err)
{
	if (!*r->value)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: %s must not be "
		    "empty", r->option->name, r->option->value);
	return add_word(r);
}

/* Behind the last colon are the digits; an identity may have colons. */
static bool
read_psk(const struct reading *r, struct tls_error *err)
{
	const char *colon = strrchr(r->value, ':');
	const char *key = colon ? colon + 1 : r->value;
	size_t len = strlen(key);

	if (colon == r->value)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: the identity "
		    "before the colon is empty", r->option->name);
	/* not repeated: it may well be the key itself */
	if (len == 0 || len % 2 || strspn(key, "0123456789abcdefABCDEF") !=
	    len)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: a key is an even "
		    "number of hexadecimal digits, as in 1a2b3c4d",
		    r->option->name);
	if (len > 2 * 256)
		return err_set(err, TLS_BLAME_CONFIG, "-%s: a key has at most "
		    "256 bytes", r->option->name);
	return add_word(r);
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
	/* not repeated: it may well be the pass phrase itself */
	return err_set(err, TLS_BLAME_CONFIG, "-%s: the sources are "
	    "pass:WORDS, env:VARIABLE, file:FILE, fd:NUMBER and stdin",
	    r->option->name);
}

static bool
is_port(const char *string)
{
	unsigned long number;

	if (*string >= '0' && *string <= '9')
		return text_read_number(string, 0, 65535, &number);
	return *string && getservbyname(string, "tcp") != NULL;
}

static bool
read_port(const struct reading *r, struct tls_error *err)
{
	if (!is_port(r->value))
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: a port is a "
		    "number from 0 to 65535 or the name of a service",
		    r->option->name, r->value);
	return keep(r);
}

static bool
read_address(const struct reading *r, struct tls_error *err)
{
	const char *value = r->value, *port = strrchr(value, ':');
	unsigned long number;

	if (!strncmp(value, "fd:", 3))
		return text_read_number(value + 3, 0, 1 << 20, &number) ?
		    keep(r) : err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: "
		    "behind fd: goes the number of a descriptor, as in fd:3",
		    r->option->name, value);
	if (*value == '[') {
		const char *end = strchr(value, ']');

		if (!end || end[1] != ':')
			return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: an "
			    "address in brackets ends in \"]:PORT\"",
			    r->option->name, value);
		port = end + 1;
	} else if (port && port != strchr(value, ':')) {
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: an address "
		    "with colons goes into brackets: [%.*s]%.20s",
		    r->option->name, value,
		    port - value < 60 ? (int)(port - value) : 60, value,
		    port);
	}
	if (!is_port(port ? port + 1 : value))
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: [HOST:]PORT "
		    "or fd:N, where PORT is a number from 0 to 65535 or the "
		    "name of a service", r->option->name, value);
	return keep(r);
}

static bool
read_protocols(const struct reading *r, struct tls_error *err)
{
	const char *at = r->value;
	size_t len, total = 0;
	bool good = true;

	/* empty ones are left out, if there is another */
	do {
		len = strcspn(at, ",");
		total += len ? len + 1 : 0;
		good = good && len <= 255;
		for (size_t i = 0; i < len; i++)
			good = good && at[i] > ' ' && at[i] <= '~';
		at += len;
	} while (*at++);
	if (good && total > 0 && total <= 65535)
		return keep(r);
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: printable names of "
	    "1 to 255 bytes with a comma between them, as in h2,http/1.1",
	    r->option->name, r->value);
}

static bool
read_url(const struct reading *r, struct tls_error *err)
{
	struct tls_error why = TLS_ERROR_INIT;
	struct url url;

	if (url_parse(span_of(r->value), &url, &why))
		return keep(r);
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: %.120s",
	    r->option->name, r->value, why.text);
}

/* ---- in effect -------------------------------------------------------- */

static bool
flag_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const bool *flag = field;

	(void)option;
	(void)settings;
	return *flag;
}

static bool
number_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const unsigned *number = field, *before;
	struct settings untouched;
	const void *other = (const char *)&untouched + option->field;

	(void)settings;
	settings_init(&untouched);
	before = other;
	return *number != *before;
}

static bool
depth_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const int *depth = field;

	return *depth >= 0 &&
	    settings->tls.verify_demand == (option->kind == OPTION_DEMAND);
}

static bool
string_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const char *const *string = field;

	(void)option;
	(void)settings;
	return *string != NULL;
}

static bool
version_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const unsigned *versions = field;

	(void)settings;
	return *versions & TLS_VERSION_BIT((unsigned)option->least);
}

static bool
choice_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const unsigned *choice = field;

	(void)settings;
	return *choice == (unsigned)option->least;
}

static bool
depth_alone_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	const int *depth = field;

	(void)option;
	(void)settings;
	return *depth >= 0;
}

static bool
words_show(const struct option *option, const void *field,
    const struct settings *settings)
{
	const struct settings_words *words = field;

	(void)option;
	(void)settings;
	return words->num > 0;
}

static bool
never_shows(const struct option *option, const void *field,
    const struct settings *settings)
{
	(void)option;
	(void)field;
	(void)settings;
	return false;
}

/* ---- the kinds -------------------------------------------------------- */

static const struct kind {
	bool takes;
	bool (*read)(const struct reading *r, struct tls_error *err);
	bool (*shows)(const struct option *option, const void *field,
	    const struct settings *settings);
} kinds[OPTION_KIND_COUNT] = {
	[OPTION_FLAG] = { false, read_flag, flag_shows },
	[OPTION_NUMBER] = { true, read_number, number_shows },
	[OPTION_SECONDS] = { true, read_seconds, number_shows },
	[OPTION_DEPTH] = { true, read_depth, depth_shows },
	[OPTION_DEMAND] = { true, read_depth, depth_shows },
	[OPTION_STRING] = { true, read_string, string_shows },
	[OPTION_LIST] = { true, read_list, string_shows },
	[OPTION_OUTPUT] = { true, read_output, string_shows },
	[OPTION_FORM] = { true, read_form, string_shows },
	[OPTION_SOURCE] = { true, read_source, string_shows },
	[OPTION_ADDRESS] = { true, read_address, string_shows },
	[OPTION_PORT] = { true, read_port, string_shows },
	[OPTION_URL] = { true, read_url, string_shows },
	[OPTION_PROTOCOLS] = { true, read_protocols, string_shows },
	[OPTION_VERSION] = { false, read_version, version_shows },
	[OPTION_CHOICE] = { false, read_choice, choice_shows },
	[OPTION_DEPTH_ALONE] = { true, read_depth_alone, depth_alone_shows },
	[OPTION_WORDS] = { true, read_words, words_show },
	[OPTION_PSK] = { true, read_psk, words_show },
	[OPTION_BYTES] = { true, read_bytes, string_shows },
	[OPTION_LENIENT] = { true, read_lenient, flag_shows },
	[OPTION_HELP] = { false, read_nothing, never_shows },
};

bool
option_takes_value(const struct option *option)
{
	return kinds[option->kind].takes;
}

bool
option_read(const struct option *option, const char *value,
    struct settings *settings, struct tls_error *err)
{
	struct reading r = {
		.option = option, .value = value, .settings = settings,
		.field = (char *)settings + option->field,
	};

	return kinds[option->kind].read(&r, err);
}

bool
option_in_effect(const struct option *option, const struct settings *settings)
{
	return kinds[option->kind].shows(option,
	    (const char *)settings + option->field, settings);
}
