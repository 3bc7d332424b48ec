/* names/names.c - numbers of the registries -> words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8701 for GREASE
 */
#include <stdio.h>

#include "names/names.h"
#include "tls_host.h"

/* A row of any registry; in a table, in the order of the numbers. */
struct word {
	uint16_t number;
	const char *name;
	const char *text;
	const char *about;
};

/* The unused columns are spelled out to keep the rows on one line each. */
#define WORD(number, name, text, about)	{ number, name, text, about },

static const struct word alerts[] = {
#define ALERT(number, name, text)	WORD(number, name, text, NULL)
#include "names/alerts.def"
};

static const struct word extensions[] = {
#define EXTENSION	WORD
#include "names/extensions.def"
};

static const struct word groups[] = {
#define GROUP(number, name)	WORD(number, name, NULL, NULL)
#include "names/groups.def"
};

static const struct word signatures[] = {
#define SIGNATURE(number, name, text)	WORD(number, name, text, NULL)
#include "names/signatures.def"
};

static const struct word messages[] = {
#define MESSAGE(number, name)	WORD(number, name, NULL, NULL)
#include "names/messages.def"
};

static const struct word verify_errors[] = {
#define VERIFY(number, text)	WORD(number, NULL, text, NULL)
#include "names/verify.def"
};

/* RFC 8446, 5.1; RFC 6520; RFC 9146; RFC 9147 */
static const struct word contents[] = {
	WORD(20, "ChangeCipherSpec", NULL, NULL)
	WORD(21, "Alert", NULL, NULL)
	WORD(22, "Handshake", NULL, NULL)
	WORD(23, "ApplicationData", NULL, NULL)
	WORD(24, "Heartbeat", NULL, NULL)
	WORD(25, "Tls12Cid", NULL, NULL)
	WORD(26, "Ack", NULL, NULL)
};

/* The words are those of SSL_get_version(3). */
static const struct word versions[] = {
	WORD(TLS_VERSION_SSL2, NULL, "SSLv2", NULL)
	WORD(TLS_VERSION_SSL3, NULL, "SSLv3", NULL)
	WORD(TLS_VERSION_1_0, NULL, "TLSv1", NULL)
	WORD(TLS_VERSION_1_1, NULL, "TLSv1.1", NULL)
	WORD(TLS_VERSION_1_2, NULL, "TLSv1.2", NULL)
	WORD(TLS_VERSION_1_3, NULL, "TLSv1.3", NULL)
	WORD(0xfefc, NULL, "DTLSv1.3", NULL)
	WORD(0xfefd, NULL, "DTLSv1.2", NULL)
	WORD(0xfeff, NULL, "DTLSv1", NULL)
};

/* For every number without a name. */
static const struct word grease = {
	0, "GREASE", "unknown",
	"tests that unknown values are ignored (RFC 8701)"
};
static const struct word nothing = { 0, NULL, NULL, NULL };

#define FIND(table, number) \
	find(table, sizeof (table) / sizeof *(table), number)

static const struct word *
find(const struct word *table, size_t num, unsigned number)
{
	size_t low = 0, high = num;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table[middle].number == number)
			return &table[middle];
		if (table[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return &nothing;
}

/* The same for registries that have GREASE values. */
static const struct word *
find_or_grease(const struct word *table, size_t num, uint16_t number)
{
	return is_grease(number) ? &grease : find(table, num, number);
}

#define FIND_OR_GREASE(table, number) \
	find_or_grease(table, sizeof (table) / sizeof *(table), number)

bool
is_grease(uint16_t number)
{
	return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
}

const char *
version_label(uint16_t version, char *room)
{
	const char *text = FIND(versions, version)->text;

	if (text)
		return text;
	if (is_grease(version))
		return grease.name;
	snprintf(room, 8, "0x%04x", version);
	return room;
}

const char *
name_of_alert(uint8_t number)
{
	return FIND(alerts, number)->name;
}

const char *
text_of_alert(uint8_t number)
{
	return FIND(alerts, number)->text;
}

const char *
name_of_extension(uint16_t number)
{
	return FIND_OR_GREASE(extensions, number)->name;
}

const char *
text_of_extension(uint16_t number)
{
	const char *text = FIND_OR_GREASE(extensions, number)->text;

	return text ? text : "unknown";
}

const char *
about_extension(uint16_t number)
{
	return FIND_OR_GREASE(extensions, number)->about;
}

const char *
name_of_group(uint16_t number)
{
	return FIND_OR_GREASE(groups, number)->name;
}

const char *
name_of_signature(uint16_t number)
{
	return FIND_OR_GREASE(signatures, number)->name;
}

const char *
text_of_signature(uint16_t number)
{
	return is_grease(number) ? grease.name :
	    FIND(signatures, number)->text;
}

const char *
name_of_message(uint8_t number)
{
	return FIND(messages, number)->name;
}

const char *
name_of_content(uint8_t number)
{
	return FIND(contents, number)->name;
}

const char *
text_of_verify(int error)
{
	if (error < 0)
		return NULL;
	return FIND(verify_errors, (unsigned)error)->text;
}

/* ---- states ------------------------------------------------------------ */

static const struct {
	struct tls_state state;
	const char *words;
} states[] = {
#define STATE(kind, direction, content_type, message, words) \
	{ { TLS_STATE_##kind, TLS_##direction, content_type, message }, words },
#include "names/states.def"
#undef STATE
};

const char *
text_of_state(const struct tls_state *state)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		const struct tls_state *s = &states[i].state;

		if (s->kind == state->kind && (s->kind != TLS_STATE_MESSAGE ||
		    (s->direction == state->direction &&
		    s->content_type == state->content_type &&
		    s->message == state->message)))
			return states[i].words;
	}
	return "unknown state";
}
