/* lists.c - groups and signature algorithms by IANA numbers
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library has names for them and no numbers.  Newer releases know more
 * of these names; what a name stands for stays the same.
 */
#include "gnutls.h"

#include <stdio.h>
#include <string.h>

struct entry {
	const char *name;
	uint16_t number;
};

static const struct entry groups[] = {
	{ "SECP256R1", 23 },
	{ "SECP384R1", 24 },
	{ "SECP521R1", 25 },
	{ "X25519", 29 },
	{ "X448", 30 },
	{ "SECP224R1", 21 },
	{ "SECP192R1", 19 },
	{ "FFDHE2048", 256 },
	{ "FFDHE3072", 257 },
	{ "FFDHE4096", 258 },
	{ "FFDHE6144", 259 },
	{ "FFDHE8192", 260 },
	{ "MLKEM768", 0x0201 },
	{ "MLKEM1024", 0x0202 },
	{ "SECP256R1-MLKEM768", 0x11eb },
	{ "X25519-MLKEM768", 0x11ec },
	{ "SECP384R1-MLKEM1024", 0x11ed },
	{ "X25519-KYBER768", 0x6399 },
};

/* Up to TLS 1.2 an ECDSA number says nothing of the curve; the library then
 * has another name for it, the first one here. */
static const struct entry sigalgs[] = {
	{ "RSA-SHA1", 0x0201 },
	{ "DSA-SHA1", 0x0202 },
	{ "ECDSA-SHA1", 0x0203 },
	{ "RSA-SHA224", 0x0301 },
	{ "DSA-SHA224", 0x0302 },
	{ "ECDSA-SHA224", 0x0303 },
	{ "RSA-SHA256", 0x0401 },
	{ "DSA-SHA256", 0x0402 },
	{ "ECDSA-SHA256", 0x0403 },
	{ "ECDSA-SECP256R1-SHA256", 0x0403 },
	{ "RSA-SHA384", 0x0501 },
	{ "DSA-SHA384", 0x0502 },
	{ "ECDSA-SHA384", 0x0503 },
	{ "ECDSA-SECP384R1-SHA384", 0x0503 },
	{ "RSA-SHA512", 0x0601 },
	{ "DSA-SHA512", 0x0602 },
	{ "ECDSA-SHA512", 0x0603 },
	{ "ECDSA-SECP521R1-SHA512", 0x0603 },
	{ "RSA-PSS-RSAE-SHA256", 0x0804 },
	{ "RSA-PSS-RSAE-SHA384", 0x0805 },
	{ "RSA-PSS-RSAE-SHA512", 0x0806 },
	{ "EdDSA-Ed25519", 0x0807 },
	{ "EdDSA-Ed448", 0x0808 },
	{ "RSA-PSS-SHA256", 0x0809 },
	{ "RSA-PSS-SHA384", 0x080a },
	{ "RSA-PSS-SHA512", 0x080b },
};

/* A table, and how a priority string and a priority have it. */
static const struct kind {
	const struct entry *entries;
	size_t num;
	const char *prefix;
	int (*read)(gnutls_priority_t priority, const unsigned **list);
	uint16_t (*number)(unsigned id);
} kinds[] = {
	{ groups, sizeof groups / sizeof *groups, "GROUP-",
	    gnutls_priority_group_list, gnu_group_number },
	{ sigalgs, sizeof sigalgs / sizeof *sigalgs, "SIGN-",
	    gnutls_priority_sign_list, gnu_sigalg_number },
};
#define GROUPS	(&kinds[0])
#define SIGALGS	(&kinds[1])

static uint16_t
number_of(const struct kind *kind, const char *name)
{
	for (size_t i = 0; name && i < kind->num; i++)
		if (strcmp(kind->entries[i].name, name) == 0)
			return kind->entries[i].number;
	return 0;
}

uint16_t
gnu_group_number(unsigned group)
{
	return number_of(GROUPS, group == GNUTLS_GROUP_INVALID ? NULL :
	    gnutls_group_get_name((gnutls_group_t)group));
}

uint16_t
gnu_sigalg_number(unsigned algorithm)
{
	return number_of(SIGALGS, gnutls_sign_get_name(
	    (gnutls_sign_algorithm_t)algorithm));
}

gnutls_sign_algorithm_t
gnu_sigalg_of(uint16_t number)
{
	for (size_t i = 0; i < SIGALGS->num; i++)
		if (sigalgs[i].number == number)
			return gnutls_sign_get_id(sigalgs[i].name);
	return GNUTLS_SIGN_UNKNOWN;
}

bool
gnu_group_is_finite_field(uint16_t number)
{
	return number >> 8 == 1;
}

/* ---- in a priority string --------------------------------------------- */

void
gnu_text_put(struct text *text, const char *sign, const char *name)
{
	int n;

	if (text->len >= sizeof text->data)
		return;
	n = snprintf(text->data + text->len, sizeof text->data - text->len,
	    "%s%s", sign, name);
	if (n > 0)
		text->len += (size_t)n;
}

void
gnu_text_add(struct text *text, const char *kind, const char *name)
{
	if (!name)
		return;
	gnu_text_put(text, ":+", kind);
	gnu_text_put(text, "", name);
}

static void
add_number(struct text *text, const struct kind *kind, uint16_t number)
{
	for (size_t i = 0; i < kind->num; i++)
		if (kind->entries[i].number == number)
			gnu_text_add(text, kind->prefix,
			    kind->entries[i].name);
}

void
gnu_text_add_group(struct text *text, uint16_t number)
{
	add_number(text, GROUPS, number);
}

void
gnu_text_add_sigalg(struct text *text, uint16_t number)
{
	add_number(text, SIGALGS, number);
}

/* ---- what there is ---------------------------------------------------- */

struct numbers {
	uint16_t *list;
	size_t num, room;
	uint8_t found[65536 / 8];	/* a bit for each number */
};

static bool
is_found(const struct numbers *numbers, uint16_t number)
{
	return numbers->found[number >> 3] >> (number & 7) & 1;
}

static void
add_found(struct numbers *numbers, uint16_t number)
{
	if (number == 0 || is_found(numbers, number))
		return;
	numbers->found[number >> 3] |= (uint8_t)(1u << (number & 7));
	if (numbers->num < numbers->room)
		numbers->list[numbers->num] = number;
	numbers->num++;
}

/* What a priority with `name` of that kind enables; the library refuses what
 * it does not have. */
static void
read_list(struct numbers *numbers, const struct kind *kind, const char *name)
{
	static const char rest[] = "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-RSA:"
	    "+ECDHE-ECDSA:+DHE-RSA:+AES-128-GCM:+AEAD:+CTYPE-X509:+COMP-NULL";
	struct text text = { .len = sizeof rest - 1 };
	gnutls_priority_t priority;
	const unsigned *list;
	int num;

	memcpy(text.data, rest, sizeof rest);
	gnu_text_add(&text, kind->prefix, name);
	gnu_text_add(&text, "", kind == GROUPS ? "SIGN-ALL" : "GROUP-ALL");
	if (gnutls_priority_init(&priority, text.data, NULL) < 0)
		return;
	num = kind->read(priority, &list);
	for (int i = 0; i < num; i++)
		add_found(numbers, kind->number(list[i]));
	gnutls_priority_deinit(priority);
}

/* The library's own list, then what it has beside. */
static size_t
read_all(const struct kind *kind, uint16_t *out, size_t room)
{
	struct numbers numbers = { .list = out, .room = room };

	read_list(&numbers, kind, "ALL");
	for (size_t i = 0; i < kind->num; i++)
		if (!is_found(&numbers, kind->entries[i].number))
			read_list(&numbers, kind, kind->entries[i].name);
	return numbers.num;
}

size_t
gnu_groups(uint16_t *out, size_t room)
{
	return read_all(GROUPS, out, room);
}

size_t
gnu_signatures(uint16_t *out, size_t room)
{
	return read_all(SIGALGS, out, room);
}
