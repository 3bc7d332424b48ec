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

/* Whether a priority for one suite leaves one.  With its cipher come suites of
 * TLS 1.3, which are passed over where that version is not enabled. */
static bool
is_negotiable(gnutls_priority_t priority)
{
	unsigned index;

	for (unsigned i = 0;; i++) {
		int code = gnutls_priority_get_cipher_suite_index(priority, i,
		    &index);

		if (code >= 0)
			return true;
		if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return false;
	}
}

/* The table also names what this build or the system's policy has switched
 * off; only a priority tells. */
size_t
gnu_suites(uint16_t *out, size_t room)
{
	static const struct tls_config config = { .security_level = -1 };
	size_t num, count = 0;
	struct suite *list = gnu_suite_list(&num);

	for (size_t i = 0; list && i < num; i++) {
		const struct suite *suite = &list[i];
		struct recipe recipe = {
			.versions = TLS_VERSION_BIT(suite->min_version),
			.list = &suite, .num = 1,
		};
		gnutls_priority_t priority;

		if (suite->min_version < TLS_VERSION_1_2)
			recipe.versions |= TLS_VERSION_BIT(TLS_VERSION_1_2);
		if (gnu_priority_make(&config, &recipe, &priority) < 0)
			continue;
		if (is_negotiable(priority)) {
			if (count < room)
				out[count] = suite->number;
			count++;
		}
		gnutls_priority_deinit(priority);
	}
	free(list);
	return count;
}
