/* suite.c - cipher suites: the library's table by IANA numbers
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <stdlib.h>

uint16_t
gnu_version_number(gnutls_protocol_t version)
{
	switch (version) {
	case GNUTLS_SSL3:
		return TLS_VERSION_SSL3;
	case GNUTLS_TLS1_0:
		return TLS_VERSION_1_0;
	case GNUTLS_TLS1_1:
		return TLS_VERSION_1_1;
	case GNUTLS_TLS1_2:
		return TLS_VERSION_1_2;
	case GNUTLS_TLS1_3:
		return TLS_VERSION_1_3;
	default:
		return TLS_VERSION_UNKNOWN;
	}
}

/* SRP needs a file of verifiers, GOST keys of a kind that no feature names. */
static bool
is_beyond_the_contract(gnutls_kx_algorithm_t kx)
{
	return kx == GNUTLS_KX_SRP || kx == GNUTLS_KX_SRP_RSA ||
	    kx == GNUTLS_KX_SRP_DSS || kx == GNUTLS_KX_VKO_GOST_12;
}

bool
gnu_suite_is_psk(const struct suite *suite)
{
	return suite->kx == GNUTLS_KX_PSK || suite->kx == GNUTLS_KX_DHE_PSK ||
	    suite->kx == GNUTLS_KX_ECDHE_PSK ||
	    suite->kx == GNUTLS_KX_RSA_PSK;
}

bool
gnu_suite_is_anonymous(const struct suite *suite)
{
	return suite->kx == GNUTLS_KX_ANON_DH ||
	    suite->kx == GNUTLS_KX_ANON_ECDH;
}

bool
gnu_suite_is_signed(const struct suite *suite)
{
	return !gnu_suite_is_psk(suite) && !gnu_suite_is_anonymous(suite) &&
	    suite->kx != GNUTLS_KX_RSA;
}

bool
gnu_suite_needs_curve(const struct suite *suite)
{
	return suite->kx == GNUTLS_KX_ECDHE_RSA ||
	    suite->kx == GNUTLS_KX_ECDHE_ECDSA ||
	    suite->kx == GNUTLS_KX_ANON_ECDH ||
	    suite->kx == GNUTLS_KX_ECDHE_PSK;
}

struct suite *
gnu_suite_list(size_t *num)
{
	struct suite *list;
	size_t room = 0;

	*num = 0;
	while (gnutls_cipher_suite_info(room, NULL, NULL, NULL, NULL, NULL))
		room++;
	list = calloc(room + 1, sizeof *list);
	for (size_t i = 0; list && i < room; i++) {
		struct suite *suite = &list[*num];
		gnutls_protocol_t min = GNUTLS_VERSION_UNKNOWN;
		unsigned char id[2] = { 0, 0 };

		gnutls_cipher_suite_info(i, id, &suite->kx, &suite->cipher,
		    &suite->mac, &min);
		suite->number = (uint16_t)(id[0] << 8 | id[1]);
		suite->min_version = gnu_version_number(min);
		if (suite->min_version != TLS_VERSION_UNKNOWN &&
		    !is_beyond_the_contract(suite->kx))
			++*num;
	}
	return list;
}

const struct suite *
gnu_suite_find(const struct tls_server *server, uint16_t number)
{
	for (size_t i = 0; i < server->num_suites; i++)
		if (server->suites[i].number == number)
			return &server->suites[i];
	return NULL;
}

/* ---- what a priority enables ------------------------------------------ */

static int
compare_ranks(const void *a, const void *b)
{
	const struct rank *left = a, *right = b;

	return (left->number > right->number) -
	    (left->number < right->number);
}

const struct rank *
gnu_suite_rank(const struct wide *wide, uint16_t number)
{
	struct rank key = { .number = number };

	return bsearch(&key, wide->ranks, wide->num, sizeof key,
	    compare_ranks);
}

void
gnu_suite_ranks(struct wide *wide, bool in_1_3)
{
	for (unsigned i = 0; wide->num < MAX_SUITES; i++) {
		struct rank *rank = &wide->ranks[wide->num];
		gnutls_protocol_t min = GNUTLS_VERSION_UNKNOWN;
		unsigned char id[2];
		unsigned index;
		int code = gnutls_priority_get_cipher_suite_index(
		    wide->priority, i, &index);

		if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (code < 0 || !gnutls_cipher_suite_info(index, id, NULL,
		    NULL, NULL, &min))
			continue;
		rank->number = (uint16_t)(id[0] << 8 | id[1]);
		rank->min_version = gnu_version_number(min);
		rank->place = (uint16_t)i;
		/* Those that only pre-shared keys of TLS 1.3 have let in. */
		if (!in_1_3 || rank->min_version >= TLS_VERSION_1_3)
			wide->num++;
	}
	qsort(wide->ranks, wide->num, sizeof *wide->ranks, compare_ranks);
}

/* Enables `num` suites in one priority and puts those that it really has into
 * `usable`, which has a place for each.  Something that this build or the
 * system's policy has switched off may make the library refuse all of them:
 * then each half is tried. */
static void
find_usable(const struct suite *const *list, size_t num, unsigned versions,
    bool *usable)
{
	static const struct tls_config config = { .security_level = -1 };
	const struct recipe recipe = {
		.versions = versions, .list = list, .num = num,
	};
	struct wide wide = { .num = 0 };

	if (num == 0)
		return;
	if (gnu_priority_make(&config, &recipe, &wide.priority) >= 0) {
		gnu_suite_ranks(&wide, false);
		for (size_t i = 0; i < num; i++)
			usable[i] = gnu_suite_rank(&wide, list[i]->number);
		gnutls_priority_deinit(wide.priority);
	} else if (num > 1) {
		find_usable(list, num / 2, versions, usable);
		find_usable(list + num / 2, num - num / 2, versions,
		    usable + num / 2);
	}
}

/* The table also names what is switched off; only a priority tells. */
size_t
gnu_suites(uint16_t *out, size_t room)
{
	const unsigned tls1_3 = TLS_VERSION_BIT(TLS_VERSION_1_3);
	const struct suite *sorted[MAX_SUITES];
	bool usable[MAX_SUITES] = { false };
	size_t num, old = 0, all = 0, count = 0;
	struct suite *list = gnu_suite_list(&num);

	for (int new = 0; list && new <= 1; new++) {
		for (size_t i = 0; i < num && all < MAX_SUITES; i++)
			if ((list[i].min_version >= TLS_VERSION_1_3) == new)
				sorted[all++] = &list[i];
		old = new ? old : all;
	}
	find_usable(sorted, old, ALL_VERSIONS & ~tls1_3, usable);
	find_usable(sorted + old, all - old, tls1_3, usable + old);
	for (size_t i = 0; i < all; i++) {
		if (!usable[i])
			continue;
		if (count < room)
			out[count] = sorted[i]->number;
		count++;
	}
	free(list);
	return count;
}
