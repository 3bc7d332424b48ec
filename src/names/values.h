/* names/values.h - small registries of what extensions contain
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const char *name = name_of_value(VALUES_PSK_MODE, 1);
 *
 *	printf("%s\n", name ? name : "unknown");	// psk_dhe_ke
 *
 * The registries that have a table of their own are here too, so that a number
 * and its registry are enough to name it.
 */
#ifndef NAMES_VALUES_H
#define NAMES_VALUES_H

#include <stdint.h>

enum values {
	VALUES_NONE,		/* plain numbers: none has a name */
	VALUES_SUITE,
	VALUES_EXTENSION,
	VALUES_GROUP,
	VALUES_SIGNATURE,
	VALUES_VERSION,
	VALUES_COMPRESSION,
	VALUES_POINT_FORMAT,
	VALUES_PSK_MODE,
	VALUES_NAME_TYPE,
	VALUES_FRAGMENT_LENGTH,
	VALUES_CA_IDENTIFIER,
	VALUES_STATUS_TYPE,
	VALUES_CERTIFICATE_TYPE,
	VALUES_HEARTBEAT_MODE,
	VALUES_CERTIFICATE_COMPRESSION,
	VALUES_SRTP_PROFILE,
	VALUES_TOKEN_BINDING,
	VALUES_CACHED_INFO,
	VALUES_ECH_TYPE,
	VALUES_HPKE_KDF,
	VALUES_HPKE_AEAD,
	VALUES_QUIC_PARAMETER,
};

/* The name of `number`, "GREASE" for a GREASE value where the registry has
 * them (RFC 8701; RFC 9000, 18.1), or null. */
const char *name_of_value(enum values registry, uint64_t number);

#endif
