/* lists.c - groups and signature algorithms by IANA numbers
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library has no numbers for them, and newer ones have more: what a name
 * stands for stays the same.
 */
#include "gnutls.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	uint16_t number;
} groups[] = {
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

#define NUM_GROUPS	(sizeof groups / sizeof *groups)

static const struct {
	gnutls_sign_algorithm_t algorithm;
	uint16_t number;
} signatures[] = {
	{ GNUTLS_SIGN_RSA_SHA1, 0x0201 },
	{ GNUTLS_SIGN_DSA_SHA1, 0x0202 },
	{ GNUTLS_SIGN_ECDSA_SHA1, 0x0203 },
	{ GNUTLS_SIGN_RSA_SHA224, 0x0301 },
	{ GNUTLS_SIGN_DSA_SHA224, 0x0302 },
	{ GNUTLS_SIGN_ECDSA_SHA224, 0x0303 },
	{ GNUTLS_SIGN_RSA_SHA256, 0x0401 },
	{ GNUTLS_SIGN_DSA_SHA256, 0x0402 },
	{ GNUTLS_SIGN_ECDSA_SHA256, 0x0403 },
	{ GNUTLS_SIGN_ECDSA_SECP256R1_SHA256, 0x0403 },
	{ GNUTLS_SIGN_RSA_SHA384, 0x0501 },
	{ GNUTLS_SIGN_DSA_SHA384, 0x0502 },
	{ GNUTLS_SIGN_ECDSA_SHA384, 0x0503 },
	{ GNUTLS_SIGN_ECDSA_SECP384R1_SHA384, 0x0503 },
	{ GNUTLS_SIGN_RSA_SHA512, 0x0601 },
	{ GNUTLS_SIGN_DSA_SHA512, 0x0602 },
	{ GNUTLS_SIGN_ECDSA_SHA512, 0x0603 },
	{ GNUTLS_SIGN_ECDSA_SECP521R1_SHA512, 0x0603 },
	{ GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, 0x0804 },
	{ GNUTLS_SIGN_RSA_PSS_RSAE_SHA384, 0x0805 },
	{ GNUTLS_SIGN_RSA_PSS_RSAE_SHA512, 0x0806 },
	{ GNUTLS_SIGN_EDDSA_ED25519, 0x0807 },
	{ GNUTLS_SIGN_EDDSA_ED448, 0x0808 },
	{ GNUTLS_SIGN_RSA_PSS_SHA256, 0x0809 },
	{ GNUTLS_SIGN_RSA_PSS_SHA384, 0x080a },
	{ GNUTLS_SIGN_RSA_PSS_SHA512, 0x080b },
};

#define NUM_SIGNATURES	(sizeof signatures / sizeof *signatures)

uint16_t
gnu_group_number(gnutls_group_t group)
{
	const char *name = group == GNUTLS_GROUP_INVALID ? NULL :
	    gnutls_group_get_name(group);

	for (size_t i = 0; name && i < NUM_GROUPS; i++)
		if (strcmp(groups[i].name, name) == 0)
			return groups[i].number;
	return 0;
}

uint16_t
gnu_signature_number(unsigned algorithm)
{
	for (size_t i = 0; i < NUM_SIGNATURES; i++)
		if ((unsigned)signatures[i].algorithm == algorithm)
			return signatures[i].number;
	return 0;
}

bool
gnu_group_is_finite_field(uint16_t number)
{
	return number >> 8 == 1;
}

/* ---- in a priority string --------------------------------------------- */

void
gnu_text_add(struct text *text, const char *kind, const char *name)
{
	int n;

	if (!name || text->len >= sizeof text->data)
		return;
	n = snprintf(text->data + text->len, sizeof text->data - text->len,
	    ":+%s%s", kind, name);
	if (n > 0)
		text->len += (size_t)n;
}

void
gnu_text_add_group(struct text *text, uint16_t number)
{
	for (size_t i = 0; i < NUM_GROUPS; i++)
		if (groups[i].number == number)
			gnu_text_add(text, "GROUP-", groups[i].name);
}

/* Up to TLS 1.2 an ECDSA number says nothing of the curve; the library then
 * has another name for it. */
void
gnu_text_add_signature(struct text *text, uint16_t number)
{
	for (size_t i = 0; i < NUM_SIGNATURES; i++)
		if (signatures[i].number == number)
			gnu_text_add(text, "SIGN-", gnutls_sign_get_name(
			    signatures[i].algorithm));
}

/* ---- what there is ---------------------------------------------------- */

/* A list under way, without repetitions. */
struct numbers {
	uint16_t list[NUM_GROUPS + NUM_SIGNATURES];
	size_t num;
};

static void
add_number(struct numbers *numbers, uint16_t number)
{
	for (size_t i = 0; i < numbers->num; i++)
		if (numbers->list[i] == number)
			return;
	if (number != 0 &&
	    numbers->num < sizeof numbers->list / sizeof *numbers->list)
		numbers->list[numbers->num++] = number;
}

static size_t
hand_out(const struct numbers *numbers, uint16_t *out, size_t room)
{
	for (size_t i = 0; i < numbers->num && i < room; i++)
		out[i] = numbers->list[i];
	return numbers->num;
}

/* A priority of everything but what `text` adds; null where the library
 * refuses that. */
static gnutls_priority_t
priority_with(const struct text *text)
{
	static const char rest[] = "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-RSA:"
	    "+ECDHE-ECDSA:+DHE-RSA:+AES-128-GCM:+AEAD:+CTYPE-X509:+COMP-NULL";
	gnutls_priority_t priority = NULL;
	char whole[sizeof rest + 512];

	if ((size_t)snprintf(whole, sizeof whole, "%s%s", rest, text->data) >=
	    sizeof whole || gnutls_priority_init(&priority, whole, NULL) < 0)
		return NULL;
	return priority;
}

static void
read_groups(struct numbers *numbers, const struct text *text)
{
	gnutls_priority_t priority = priority_with(text);
	const unsigned *list;
	int num = priority ? gnutls_priority_group_list(priority, &list) : 0;

	for (int i = 0; i < num; i++)
		add_number(numbers, gnu_group_number((gnutls_group_t)list[i]));
	if (priority)
		gnutls_priority_deinit(priority);
}

/* The library's own list, then what it has beside. */
size_t
gnu_groups(uint16_t *out, size_t room)
{
	struct numbers numbers = { .num = 0 };

	read_groups(&numbers,
	    &(struct text){ .data = ":+SIGN-ALL:+GROUP-ALL" });
	for (size_t i = 0; i < NUM_GROUPS; i++) {
		struct text text = { "", 0 };

		gnu_text_add(&text, "", "SIGN-ALL");
		gnu_text_add_group(&text, groups[i].number);
		read_groups(&numbers, &text);
	}
	return hand_out(&numbers, out, room);
}

static void
read_signatures(struct numbers *numbers, const struct text *text)
{
	gnutls_priority_t priority = priority_with(text);
	const unsigned *list;
	int num = priority ? gnutls_priority_sign_list(priority, &list) : 0;

	for (int i = 0; i < num; i++)
		add_number(numbers, gnu_signature_number(list[i]));
	if (priority)
		gnutls_priority_deinit(priority);
}

size_t
gnu_signatures(uint16_t *out, size_t room)
{
	struct numbers numbers = { .num = 0 };

	read_signatures(&numbers,
	    &(struct text){ .data = ":+GROUP-ALL:+SIGN-ALL" });
	for (size_t i = 0; i < NUM_SIGNATURES; i++) {
		struct text text = { "", 0 };

		gnu_text_add(&text, "", "GROUP-ALL");
		gnu_text_add_signature(&text, signatures[i].number);
		read_signatures(&numbers, &text);
	}
	return hand_out(&numbers, out, room);
}
