/* names/traits.c - orders suites as OpenSSL does before it reads a string
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "base/buf.h"
#include "names/names.h"
#include "names/traits.h"
#include "tls_types.h"

static const struct traits table[] = {
#define TRAITS(number, kx_, auth_, enc_, mac_, class_, bits_) \
	{ .id = number, .kx = kx_, .auth = auth_, .enc = enc_, \
	    .mac = mac_, .class = class_, .bits = bits_ },
#include "names/traits.def"
};

#define NUM_TABLE	(sizeof table / sizeof *table)

static bool
is_selected(const struct traits *t, const struct traits *selection)
{
	uint32_t strengths = selection->class & CLASS_STRENGTHS;
	uint32_t others = selection->class & ~CLASS_STRENGTHS;

	return (!selection->id || selection->id == t->id) &&
	    (!selection->kx || selection->kx & t->kx) &&
	    (!selection->auth || selection->auth & t->auth) &&
	    (!selection->enc || selection->enc & t->enc) &&
	    (!selection->mac || selection->mac & t->mac) &&
	    (!selection->min_version ||
	    selection->min_version == t->min_version) &&
	    (!strengths || strengths & t->class) &&
	    (!others || others & t->class);
}

/* Whether `action` moves a row of its selection. */
static bool
moves(enum order_action action, const struct cipher_row *row)
{
	return action == ORDER_KILL || row->active == (action != ORDER_ADD);
}

void
order_apply(struct cipher_order *order, enum order_action action,
    const struct traits *selection)
{
	bool to_front = action == ORDER_FIRST || action == ORDER_DELETE;
	struct cipher_row *old = order->spare;
	size_t moved = 0, at_moved, at_kept, num = order->num;

	for (size_t i = 0; i < num; i++)
		moved += moves(action, &order->rows[i]) &&
		    is_selected(&order->rows[i].traits, selection);
	if (moved == 0)
		return;
	memcpy(old, order->rows, num * sizeof *old);
	at_moved = to_front ? 0 : num - moved;
	at_kept = to_front ? moved : 0;
	for (size_t i = 0; i < num; i++) {
		if (moves(action, &old[i]) &&
		    is_selected(&old[i].traits, selection)) {
			order->rows[at_moved] = old[i];
			order->rows[at_moved++].active =
			    action != ORDER_DELETE;
		} else {
			order->rows[at_kept++] = old[i];
		}
	}
	if (action == ORDER_KILL)
		order->num = num - moved;
}

void
order_by_strength(struct cipher_order *order)
{
	struct cipher_row *old = order->spare;
	size_t num = order->num, at = 0;
	int below = -1;

	/* Those that are not chosen stay first, in their order. */
	memcpy(old, order->rows, num * sizeof *old);
	for (size_t i = 0; i < num; i++) {
		if (!old[i].active)
			order->rows[at++] = old[i];
		else if (old[i].traits.bits >= below)
			below = old[i].traits.bits + 1;
	}
	while (at < num) {
		int bits = -1;

		for (size_t i = 0; i < num; i++)
			if (old[i].active && old[i].traits.bits < below &&
			    old[i].traits.bits > bits)
				bits = old[i].traits.bits;
		for (size_t i = 0; i < num; i++)
			if (old[i].active && old[i].traits.bits == bits)
				order->rows[at++] = old[i];
		below = bits;
	}
}

/* ---- the order to begin with -------------------------------------------- */

static bool
is_in_table(uint16_t id)
{
	for (size_t i = 0; i < NUM_TABLE; i++)
		if (table[i].id == id)
			return true;
	return false;
}

static void
add_row(struct cipher_order *order, struct traits traits)
{
	order->rows[order->num].traits = traits;
	order->rows[order->num++].active = false;
}

/* Collects the suites, highest number first, which is where OpenSSL starts
 * from.  One that it does not know comes last and has no traits, so that only
 * its name selects it. */
static void
collect(struct cipher_order *order, const uint16_t *have, size_t num_have)
{
	for (size_t i = NUM_TABLE; i-- > 0;) {
		struct traits traits = table[i];

		if (!numbers_have(have, num_have, traits.id))
			continue;
		traits.min_version = suite_find(traits.id)->min_version;
		add_row(order, traits);
	}
	for (size_t i = 0; i < num_have; i++) {
		const struct suite *suite = suite_find(have[i]);

		if (suite && suite->max_version < TLS_VERSION_1_3 &&
		    !is_in_table(suite->id) &&
		    !numbers_have(have, i, suite->id))
			add_row(order, (struct traits){ .id = suite->id });
	}
}

/* The steps of the order that openssl-ciphers(1) promises in its notes:
 * forward secrecy first, AEAD before CBC, ECDSA before RSA, AES before the
 * rest, strong before weak, anonymous and MD5 last. */
static const struct step {
	enum order_action action;
	struct traits selection;
} before_strength[] = {
	{ ORDER_ADD, { .kx = KX_ECDHE, .auth = AUTH_ECDSA } },
	{ ORDER_ADD, { .kx = KX_ECDHE } },
	{ ORDER_DELETE, { .kx = KX_ECDHE } },
	{ ORDER_ADD, { .enc = ENC_AESGCM } },
	{ ORDER_ADD, { .enc = ENC_CHACHA20 } },
	{ ORDER_ADD, { .enc = ENC_AES & ~ENC_AESGCM } },
	{ ORDER_ADD, { .id = 0 } },
	{ ORDER_LAST, { .mac = MAC_MD5 } },
	{ ORDER_LAST, { .auth = AUTH_NULL } },
	{ ORDER_LAST, { .kx = KX_RSA } },
	{ ORDER_LAST, { .kx = KX_PSK } },
	{ ORDER_LAST, { .enc = ENC_RC4 } },
}, after_strength[] = {
	{ ORDER_FIRST, { .min_version = TLS_VERSION_1_2 } },
	{ ORDER_FIRST, { .mac = MAC_AEAD } },
	{ ORDER_FIRST, { .kx = KX_DHE | KX_ECDHE } },
	{ ORDER_FIRST, { .kx = KX_DHE | KX_ECDHE, .mac = MAC_AEAD } },
	{ ORDER_DELETE, { .id = 0 } },
};

void
order_init(struct cipher_order *order, const uint16_t *have, size_t num_have)
{
	size_t room = NUM_TABLE + num_have;

	order->rows = mem_zero(room, sizeof *order->rows);
	order->spare = mem_zero(room, sizeof *order->spare);
	order->num = 0;
	collect(order, have, num_have);
	for (size_t i = 0; i < sizeof before_strength /
	    sizeof *before_strength; i++)
		order_apply(order, before_strength[i].action,
		    &before_strength[i].selection);
	order_by_strength(order);
	for (size_t i = 0; i < sizeof after_strength /
	    sizeof *after_strength; i++)
		order_apply(order, after_strength[i].action,
		    &after_strength[i].selection);
}

void
order_clear(struct cipher_order *order)
{
	free(order->rows);
	free(order->spare);
	*order = (struct cipher_order){ NULL, NULL, 0 };
}
