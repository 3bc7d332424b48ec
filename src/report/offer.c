/* report/offer.c - what a client offered, and which of it the server has too
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 */
#include "report/report.h"

#include <string.h>

#include "base/reader.h"
#include "names/names.h"
#include "report/lists.h"
#include "wire/hello.h"
#include "wire/x509.h"

#define EC_POINT_FORMATS	11
#define CERTIFICATE_AUTHORITIES	47

void
lists_add_numbers(struct buf *out, const char *label,
    const uint16_t *numbers, size_t num,
    const char *(*name)(uint16_t number, char *room))
{
	char room[LABEL_ROOM];

	if (num == 0)
		return;
	for (size_t i = 0; i < num; i++) {
		buf_add_string(out, i ? ":" : label);
		buf_add_string(out, name(numbers[i], room));
	}
	buf_add_u8(out, '\n');
}

/* ---- suites ------------------------------------------------------------ */

/* Adds a line on a number that is not a suite known here. */
static void
add_unknown(struct buf *out, struct plugs *plugs, uint16_t id)
{
	const struct suite *suite = suite_find(id);
	size_t num;
	const struct plug *const *all = plugs_all(plugs, &num);

	buf_printf(out, "Unknown ciphers: 0x%04X %s (", id,
	    suite ? suite->iana : "unassigned");
	for (size_t i = 0; i < num; i++)
		buf_printf(out, "%s%s %s", i ? ", " : "",
		    all[i]->backend->name,
		    lists_knows(all[i], id) ? "yes" : "no");
	buf_add_string(out, ")\n");
}

static bool
is_signal(uint16_t id)
{
	return lists_kind(id) == LISTS_SIGNAL;
}

void
report_add_unknown(struct buf *out, const struct report *report)
{
	const struct tls_hello *hello = report->hello;
	const struct plug *serving = report->plugs ? report->plug : NULL;
	const char *sep = "GREASE ciphers: ";

	for (size_t i = 0; i < hello->num_suites; i++)
		if (is_grease(hello->suites[i])) {
			buf_printf(out, "%s0x%04X", sep, hello->suites[i]);
			sep = ":";
		}
	if (*sep == ':')
		buf_add_u8(out, '\n');
	for (size_t i = 0; i < hello->num_suites; i++)
		if (is_signal(hello->suites[i]))
			buf_printf(out, "Signalling ciphers: 0x%04X %s\n",
			    hello->suites[i],
			    suite_find(hello->suites[i])->iana);
	for (size_t i = 0; serving && i < hello->num_suites; i++)
		if (lists_kind(hello->suites[i]) == LISTS_SUITE &&
		    !lists_knows(serving, hello->suites[i]))
			add_unknown(out, report->plugs, hello->suites[i]);
}

/* ---- signatures and groups --------------------------------------------- */

/* Adds what is in both `theirs` and `ours`, in the order of the side that
 * decides. */
static void
add_shared(struct buf *out, const char *label, const uint16_t *lists[2],
    const size_t nums[2], const char *(*name)(uint16_t number, char *room))
{
	char room[LABEL_ROOM];
	const char *sep = label;

	for (size_t i = 0; i < nums[0]; i++)
		for (size_t j = 0; j < nums[1]; j++)
			if (lists[0][i] == lists[1][j]) {
				buf_add_string(out, sep);
				buf_add_string(out, name(lists[0][i], room));
				sep = ":";
				break;
			}
	if (sep == label)
		buf_printf(out, "%sNONE", label);
	buf_add_u8(out, '\n');
}

/* Ours are those of the config, or all that the library has. */
static void
add_both(struct buf *out, const char *label, const uint16_t *lists[3],
    const size_t nums[3], bool ours_decide,
    const char *(*name)(uint16_t number, char *room))
{
	size_t which = nums[1] ? 1 : 2;

	if (nums[0] == 0 || nums[which] == 0)
		return;
	if (ours_decide)
		add_shared(out, label,
		    (const uint16_t *[]){ lists[which], lists[0] },
		    (const size_t[]){ nums[which], nums[0] }, name);
	else
		add_shared(out, label,
		    (const uint16_t *[]){ lists[0], lists[which] },
		    (const size_t[]){ nums[0], nums[which] }, name);
}

static void
add_signatures(struct buf *out, const struct report *report)
{
	const struct tls_hello *hello = report->hello;
	const struct tls_config *config = report->config;
	struct plug_numbers known = { NULL, 0 };

	if (report->plugs && report->plug)
		known = plug_signatures(report->plug);
	lists_add_numbers(out, "Signature Algorithms: ", hello->signatures,
	    hello->num_signatures, lists_signature);
	add_both(out, "Shared Signature Algorithms: ",
	    (const uint16_t *[]){ hello->signatures, config->signatures,
		known.list },
	    (const size_t[]){ hello->num_signatures, config->num_signatures,
		known.num },
	    config->server_preference, lists_signature);
}

static void
add_groups(struct buf *out, const struct report *report)
{
	const struct tls_hello *hello = report->hello;
	const struct tls_config *config = report->config;
	struct plug_numbers known = { NULL, 0 };

	if (report->plugs && report->plug)
		known = plug_groups(report->plug);
	lists_add_numbers(out, "Supported groups: ", hello->groups,
	    hello->num_groups, lists_group);
	add_both(out, "Shared groups: ",
	    (const uint16_t *[]){ hello->groups, config->groups,
		known.list },
	    (const size_t[]){ hello->num_groups, config->num_groups,
		known.num },
	    config->server_preference, lists_group);
}

/* "ECDSA+SHA256" is added to two lines, "ed25519" to one. */
void
lists_add_peer_signature(struct buf *out, const struct tls_facts *facts,
    const char *digest, const char *type)
{
	const char *text = text_of_signature(facts->peer_signature);
	const char *plus;

	if (facts->num_peer_chain == 0 || facts->peer_signature == 0 || !text)
		return;
	plus = strchr(text, '+');
	if (plus)
		buf_printf(out, "%s: %s\n", digest, plus + 1);
	buf_printf(out, "%s: %.*s\n", type,
	    plus ? (int)(plus - text) : (int)strlen(text), text);
}

void
lists_add_point_formats(struct buf *out, const struct report *report)
{
	static const char *const names[] = {
		"uncompressed",
		"ansiX962_compressed_prime",
		"ansiX962_compressed_char2",
	};
	const struct tls_extension *extension =
	    hello_extension(report->hello, EC_POINT_FORMATS);
	struct reader r;
	struct tls_span list;

	if (!extension || report->facts->version >= TLS_VERSION_1_3)
		return;
	r = reader_of(extension->body);
	list = read_vec8(&r);
	buf_add_string(out, "Supported Elliptic Curve Point Formats: ");
	for (size_t i = 0; i < list.len; i++) {
		uint8_t c = list.data[i];

		buf_add_string(out, i ? ":" : "");
		if (c < sizeof names / sizeof *names)
			buf_add_string(out, names[c]);
		else
			buf_printf(out, "unknown(%u)", c);
	}
	buf_add_u8(out, '\n');
}

static void
add_authorities(struct buf *out, const struct tls_hello *hello)
{
	const struct tls_extension *extension =
	    hello_extension(hello, CERTIFICATE_AUTHORITIES);
	struct reader r;

	if (!extension)
		return;
	r = reader_of(extension->body);
	r = reader_of(read_vec16(&r));
	if (r.left)
		buf_add_string(out,
		    "---\nAcceptable server certificate CA names\n");
	while (r.left) {
		struct tls_span name = read_vec16(&r);

		if (r.broken)
			return;
		x509_add_name(out, name);
		buf_add_u8(out, '\n');
	}
}

void
report_add_offer(struct buf *out, const struct report *report)
{
	add_signatures(out, report);
	lists_add_peer_signature(out, report->facts, "Peer signing digest",
	    "Peer signature type");
	lists_add_point_formats(out, report);
	add_groups(out, report);
	add_authorities(out, report->hello);
}
