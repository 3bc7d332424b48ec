/* places.c - placeholders in the words of a command, and its environment
 * SPDX-License-Identifier: Apache-2.0
 */
#include "run/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "run/run.h"

static const struct {
	const char *name, *variable, *about;
} rows[PLACE_COUNT] = {
#define P(id, name, variable, about) { name, variable, about },
#include "run/places.def"
#undef P
};

/* Where clients look for the certificates to trust: OpenSSL and GnuTLS
 * programs, curl, Python's requests, Node, git. */
static const char *const trusting[] = {
	"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE",
	"NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO",
};

#define NUM_TRUSTING	(sizeof trusting / sizeof *trusting)

const char *
runner_place(size_t i, const char **variable, const char **about)
{
	if (i >= PLACE_COUNT)
		return NULL;
	*variable = rows[i].variable;
	*about = rows[i].about;
	return rows[i].name;
}

/* ---- words ------------------------------------------------------------- */

/* The length of the name in "{name}" at `at`, or 0. */
static size_t
name_at(const char *at)
{
	size_t len = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");

	return at[1 + len] == '}' ? len : 0;
}

static bool
find(const char *name, size_t len, enum place *out)
{
	for (unsigned i = 0; i < PLACE_COUNT; i++)
		if (strlen(rows[i].name) == len &&
		    !memcmp(rows[i].name, name, len)) {
			*out = (enum place)i;
			return true;
		}
	return false;
}

static bool
refuse(const char *name, size_t len, struct tls_error *err)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < PLACE_COUNT; i++)
		buf_printf(&list, " {%s}", rows[i].name);
	err_set(err, TLS_BLAME_CONFIG, "{%.*s} is none of%s; for these letters "
	    "themselves write {{%.*s}", len > 30 ? 30 : (int)len, name,
	    buf_string(&list), len > 30 ? 30 : (int)len, name);
	buf_clear(&list);
	return false;
}

/* Why there is nothing that the placeholder stands for. */
static const char *
why_none(enum place place)
{
	if (place == PLACE_CA)
		return "-cert or -nocert is given, so that no CA is made";
	if (place == PLACE_PORT || place == PLACE_URL)
		return "the server listens on a socket file";
	return "no certificate is made";
}

/* The bytes before the next brace that counts: one after "$" or "%" belongs to
 * a shell or to curl -w. */
static size_t
until_brace(const char *at)
{
	size_t len = strcspn(at, "{");

	while (at[len] && len && strchr("$%", at[len - 1]))
		len += 1 + strcspn(at + len + 1, "{");
	return len;
}

/* Steps over one piece of `*at`: a placeholder, which is `*place`, or
 * `*literal` bytes at the result. */
static const char *
piece(const char **at, size_t *literal, enum place *place, bool *good,
    struct tls_error *err)
{
	const char *from = *at;
	size_t len;

	*good = true;
	*literal = until_brace(from);
	if (*literal == 0 && from[1] == '{')
		*literal = 1;
	*at = from + *literal + (from[0] == '{' && *literal);
	if (*literal)
		return from;
	len = name_at(from);
	if (len == 0) {
		*literal = 1;
		*at = from + 1;
		return from;
	}
	*good = find(from + 1, len, place) || refuse(from + 1, len, err);
	*at = from + len + 2;
	return from;
}

bool
places_fill(const struct places *places, const char *word, struct buf *out,
    struct tls_error *err)
{
	while (*word) {
		enum place place = PLACE_COUNT;
		size_t literal;
		bool good;
		const char *from = piece(&word, &literal, &place, &good, err);

		if (!good)
			return false;
		if (literal)
			buf_add(out, from, literal);
		else if (places->values[place])
			buf_add_string(out, places->values[place]);
		else
			return err_set(err, TLS_BLAME_CONFIG, "there is no "
			    "{%s}: %s", rows[place].name, why_none(place));
	}
	return true;
}

bool
places_check(const char *word, struct tls_error *err)
{
	bool good = true;

	while (*word && good) {
		enum place place;
		size_t literal;

		(void)piece(&word, &literal, &place, &good, err);
	}
	return good;
}

bool
places_uses(const char *word, enum place wanted)
{
	struct tls_error err;

	while (*word) {
		enum place place = PLACE_COUNT;
		size_t literal;
		bool good;

		(void)piece(&word, &literal, &place, &good, &err);
		if (good && !literal && place == wanted)
			return true;
	}
	return false;
}

/* ---- the environment --------------------------------------------------- */

static bool
is_of(const char *entry, const char *variable)
{
	size_t len = strlen(variable);

	return !strncmp(entry, variable, len) && entry[len] == '=';
}

/* Whether an entry of this process's environment is left out. */
static bool
is_replaced(const char *entry, const char *file)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (is_of(entry, rows[i].variable))
			return true;
	for (size_t i = 0; file && i < NUM_TRUSTING; i++)
		if (is_of(entry, trusting[i]))
			return true;
	return false;
}

static char *
entry_of(const char *variable, const char *value)
{
	struct buf entry = BUF_INIT;

	buf_printf(&entry, "%s=%s", variable, value);
	return (char *)entry.data;
}

char **
places_environment(const struct places *places, const char *file)
{
	size_t num = 0;
	char **made;

	while (environ[num])
		num++;
	made = mem_zero(num + PLACE_COUNT + NUM_TRUSTING + 1, sizeof *made);
	num = 0;
	for (char **at = environ; *at; at++)
		if (!is_replaced(*at, file))
			made[num++] = mem_string(*at);
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (places->values[i])
			made[num++] = entry_of(rows[i].variable,
			    places->values[i]);
	for (size_t i = 0; file && i < NUM_TRUSTING; i++)
		made[num++] = entry_of(trusting[i], file);
	return made;
}

void
places_free_environment(char **environment)
{
	for (char **at = environment; at && *at; at++)
		free(*at);
	free(environment);
}
