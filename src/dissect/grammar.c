/* dissect/grammar.c - what extensions of a ClientHello look like, as tables
 * SPDX-License-Identifier: Apache-2.0
 * Reference: the RFC named at each
 */
#include "dissect/grammar.h"

#include <stddef.h>

#define END	{ .shape = PART_END }
#define NUMBER(name, size, values) \
	{ PART_NUMBER, name, size, 0, VALUES_##values, NULL }
#define BYTES(name, size)	{ PART_BYTES, name, size, 0, VALUES_NONE, NULL }
#define RANDOM(name, size) \
	{ PART_RANDOM, name, size, 0, VALUES_NONE, NULL }
#define TEXT(name, size)	{ PART_TEXT, name, size, 0, VALUES_NONE, NULL }
#define NAME(name, size)	{ PART_NAME, name, size, 0, VALUES_NONE, NULL }
#define NUMBERS(name, size, unit, values) \
	{ PART_NUMBERS, name, size, unit, VALUES_##values, NULL }
#define LIST(name, size, inner) \
	{ PART_LIST, name, size, 0, VALUES_NONE, inner }
#define WHEN(value, inner) \
	{ PART_WHEN, NULL, 0, value, VALUES_NONE, inner }
#define OTHER(inner)		{ PART_OTHER, NULL, 0, 0, VALUES_NONE, inner }
#define FIXED(name, len)	{ PART_FIXED, name, len, 0, VALUES_NONE, NULL }
#define ZEROS(name)		{ PART_ZEROS, name, 0, 0, VALUES_NONE, NULL }

#define PARTS(name)	static const struct part name[] =

/* RFC 6066, 3 */
PARTS(name) { BYTES("name", 2), END };
PARTS(host_name) { TEXT("host_name", 2), END };
PARTS(server_name) {
	NUMBER("name_type", 1, NAME_TYPE), WHEN(0, host_name), OTHER(name), END
};
PARTS(server_names) { LIST("server_name_list", 2, server_name), END };

/* RFC 6066, 4 */
PARTS(max_fragment_length) {
	NUMBER("max_fragment_length", 1, FRAGMENT_LENGTH), END
};

/* RFC 6066, 6; a hash has no length */
PARTS(ca_name) { NAME("distinguished_name", 2), END };
PARTS(ca_hash) { FIXED("sha1_hash", 20), END };
PARTS(trusted_authority) {
	NUMBER("identifier_type", 1, CA_IDENTIFIER), WHEN(1, ca_hash),
	WHEN(2, ca_name), WHEN(3, ca_hash), END
};
PARTS(trusted_ca_keys) {
	LIST("trusted_authorities_list", 2, trusted_authority), END
};

/* RFC 6066, 8 */
PARTS(responder) { BYTES("responder_id", 2), END };
PARTS(ocsp_request) {
	LIST("responder_id_list", 2, responder),
	BYTES("request_extensions", 2), END
};
PARTS(status_request) {
	NUMBER("status_type", 1, STATUS_TYPE), WHEN(1, ocsp_request), END
};

/* RFC 6961, 2.2 */
PARTS(status_item_v2) {
	NUMBER("status_type", 1, STATUS_TYPE), BYTES("request", 2), END
};
PARTS(status_request_v2) {
	LIST("certificate_status_req_list", 2, status_item_v2), END
};

PARTS(cert_type) { NUMBERS("certificate_types", 1, 1, CERTIFICATE_TYPE), END };
PARTS(groups) { NUMBERS("named_group_list", 2, 2, GROUP), END };
PARTS(point_formats) {
	NUMBERS("ec_point_format_list", 1, 1, POINT_FORMAT), END
};
PARTS(srp) { TEXT("srp_I", 1), END };
PARTS(signatures) {
	NUMBERS("supported_signature_algorithms", 2, 2, SIGNATURE), END
};
PARTS(use_srtp) {
	NUMBERS("srtp_protection_profiles", 2, 2, SRTP_PROFILE),
	BYTES("srtp_mki", 1), END
};
PARTS(heartbeat) { NUMBER("mode", 1, HEARTBEAT_MODE), END };

/* RFC 7301, 3.1 */
PARTS(protocol) { TEXT("protocol", 1), END };
PARTS(protocols) { LIST("protocol_name_list", 2, protocol), END };

PARTS(padding) { ZEROS("padding"), END };
PARTS(token_binding) {
	NUMBER("major", 1, NONE), NUMBER("minor", 1, NONE),
	NUMBERS("key_parameters_list", 1, 1, TOKEN_BINDING), END
};
PARTS(cached_object) {
	NUMBER("type", 1, CACHED_INFO), RANDOM("hash_value", 1), END
};
PARTS(cached_info) { LIST("cached_info", 2, cached_object), END };
PARTS(compress_certificate) {
	NUMBERS("algorithms", 1, 2, CERTIFICATE_COMPRESSION), END
};
PARTS(record_size_limit) { NUMBER("record_size_limit", 2, NONE), END };
PARTS(ticket) { RANDOM("ticket", SIZE_REST), END };

/* RFC 8446, 4.2.11 */
PARTS(identity) {
	RANDOM("identity", 2), NUMBER("obfuscated_ticket_age", 4, NONE), END
};
PARTS(binder) { RANDOM("binder", 1), END };
PARTS(pre_shared_key) {
	LIST("identities", 2, identity), LIST("binders", 2, binder), END
};

PARTS(versions) { NUMBERS("versions", 1, 2, VERSION), END };
PARTS(cookie) { RANDOM("cookie", 2), END };
PARTS(psk_modes) { NUMBERS("ke_modes", 1, 1, PSK_MODE), END };
PARTS(authority) { NAME("distinguished_name", 2), END };
PARTS(authorities) { LIST("authorities", 2, authority), END };
PARTS(oid_filter) {
	BYTES("certificate_extension_oid", 1),
	BYTES("certificate_extension_values", 2), END
};
PARTS(oid_filters) { LIST("filters", 2, oid_filter), END };
PARTS(share) {
	NUMBER("group", 2, GROUP), RANDOM("key_exchange", 2), END
};
PARTS(key_share) { LIST("client_shares", 2, share), END };
PARTS(connection_id) { RANDOM("cid", 1), END };
PARTS(external_id) { BYTES("id", 1), END };

/* RFC 9000, 18 */
PARTS(quic_parameter) {
	NUMBER("id", SIZE_VARINT, QUIC_PARAMETER),
	BYTES("value", SIZE_VARINT), END
};
PARTS(quic) { LIST("parameters", SIZE_REST, quic_parameter), END };

PARTS(ticket_request) {
	NUMBER("new_session_count", 1, NONE),
	NUMBER("resumption_count", 1, NONE), END
};
PARTS(dnssec_chain) { NUMBER("port", 2, NONE), END };
PARTS(flags) { BYTES("flags", 1), END };
PARTS(npn) { BYTES("next_protocol_negotiation", SIZE_REST), END };
PARTS(alps) { LIST("supported_protocols", 2, protocol), END };
PARTS(anchor) { BYTES("trust_anchor_id", 1), END };
PARTS(trust_anchors) { LIST("trust_anchor_ids", 2, anchor), END };
PARTS(outer_extensions) { NUMBERS("outer_extensions", 1, 2, EXTENSION), END };

/* RFC 9849, 5; whether the payload is a hello or random bytes cannot be told
 * from outside */
PARTS(ech_outer) {
	NUMBER("kdf_id", 2, HPKE_KDF), NUMBER("aead_id", 2, HPKE_AEAD),
	NUMBER("config_id", 1, NONE), RANDOM("enc", 2), RANDOM("payload", 2),
	END
};
PARTS(ech) { NUMBER("type", 1, ECH_TYPE), WHEN(0, ech_outer), END };

PARTS(renegotiation) { RANDOM("renegotiated_connection", 1), END };
PARTS(nothing) { END };

/* In the order of the numbers. */
static const struct {
	uint16_t type;
	const struct part *parts;
} rows[] = {
	{ 0, server_names }, { 1, max_fragment_length },
	{ 2, nothing }, { 3, trusted_ca_keys }, { 4, nothing },
	{ 5, status_request }, { 9, cert_type }, { 10, groups },
	{ 11, point_formats }, { 12, srp }, { 13, signatures },
	{ 14, use_srtp }, { 15, heartbeat }, { 16, protocols },
	{ 17, status_request_v2 }, { 18, nothing }, { 19, cert_type },
	{ 20, cert_type }, { 21, padding }, { 22, nothing }, { 23, nothing },
	{ 24, token_binding }, { 25, cached_info },
	{ 27, compress_certificate }, { 28, record_size_limit },
	{ 33, nothing }, { 34, signatures }, { 35, ticket },
	{ 41, pre_shared_key }, { 42, nothing }, { 43, versions },
	{ 44, cookie }, { 45, psk_modes }, { 47, authorities },
	{ 48, oid_filters }, { 49, nothing }, { 50, signatures },
	{ 51, key_share }, { 54, connection_id }, { 55, external_id },
	{ 56, external_id }, { 57, quic }, { 58, ticket_request },
	{ 59, dnssec_chain }, { 62, flags }, { 13172, npn },
	{ 17513, alps }, { 17613, alps }, { 51764, trust_anchors },
	{ 64768, outer_extensions }, { 65037, ech }, { 65281, renegotiation },
	{ 65445, quic },
};

const struct part *
grammar_of(uint16_t type)
{
	size_t low = 0, high = sizeof rows / sizeof *rows;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (rows[middle].type == type)
			return rows[middle].parts;
		if (rows[middle].type < type)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
