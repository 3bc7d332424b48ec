/* choose.c - ClientHello -> version, suites, application protocol
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.2.1; RFC 7301, 3.2
 */
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/numbers.h"
#include "names/names.h"
#include "policy/corrections.h"
#include "wire/hello.h"

/* The highest version that both sides have. */
static uint16_t
choose_version(const struct tls_config *config, const struct tls_hello *hello)
{
	uint16_t best = 0;

	for (size_t i = 0; i < hello->num_versions; i++) {
		uint16_t version = hello->versions[i];

		if (version >= TLS_VERSION_1_0 && version <= TLS_VERSION_1_3 &&
		    config->versions & TLS_VERSION_BIT(version) &&
		    version > best)
			best = version;
	}
	return best;
}

static void
choose_suites(struct policy_choice *out, const struct tls_config *config,
    const struct tls_hello *hello)
{
	const uint16_t *first = hello->suites, *other = config->suites;
	size_t num_first = hello->num_suites, num_other = config->num_suites;
	size_t num = 0;

	if (config->server_preference ||
	    !policy_corrects(config->native, POLICY_CLIENT_ORDER)) {
		first = config->suites;
		num_first = config->num_suites;
		other = hello->suites;
		num_other = hello->num_suites;
	}
	out->suites = mem_zero(config->num_suites, sizeof *out->suites);
	for (size_t i = 0; i < num_first && num < config->num_suites; i++) {
		uint16_t suite = first[i];

		if (out->choice.version != 0 && suite_is_tls1_3(suite) !=
		    (out->choice.version == TLS_VERSION_1_3))
			continue;
		if (numbers_have(other, num_other, suite) &&
		    !numbers_have(out->suites, num, suite))
			out->suites[num++] = suite;
	}
	out->choice.suites = out->suites;
	out->choice.num_suites = num;
}

/* The server's preference decides.  Where no version or no suite is in common,
 * that is what the client is told, as by the reference. */
static void
choose_protocol(struct tls_choice *choice, const struct policy_alpn *alpn,
    struct tls_span theirs)
{
	struct tls_span ours = alpn->list, mine, other, rest;

	if (ours.len == 0 || theirs.len == 0)
		return;
	while (hello_next_protocol(&ours, &mine)) {
		rest = theirs;
		while (hello_next_protocol(&rest, &other))
			if (span_equal(mine, other)) {
				choice->alpn = mine;
				return;
			}
	}
	choice->alpn_refused = !alpn->lenient && choice->version &&
	    choice->num_suites > 0;
}

void
policy_choose(struct policy_choice *out, const struct tls_config *config,
    const struct policy_alpn *alpn, const struct tls_hello *hello)
{
	memset(out, 0, sizeof *out);
	out->choice.native = config->native;
	if (!hello)
		return;
	out->version = choose_version(config, hello);
	if (policy_corrects(config->native, POLICY_VERSIONS))
		out->choice.version = out->version;
	choose_suites(out, config, hello);
	if (policy_corrects(config->native, POLICY_ALPN))
		choose_protocol(&out->choice, alpn, hello->alpn);
}

void
policy_choice_clear(struct policy_choice *choice)
{
	free(choice->suites);
	memset(choice, 0, sizeof *choice);
}

bool
policy_parse_protocols(struct buf *out, const char *option,
    const char *list, struct tls_error *err)
{
	size_t start = out->len;

	while (*list) {
		size_t len = strcspn(list, ",");

		if (len > 255)
			return err_set(err, TLS_BLAME_CONFIG, "%s: "
			    "\"%.20s...\" is longer than 255 bytes", option,
			    list);
		for (size_t i = 0; i < len; i++)
			if (list[i] < 0x20 || list[i] > 0x7e)
				return err_set(err, TLS_BLAME_CONFIG,
				    "%s: names are printable ASCII, like "
				    "\"http/1.1\"", option);
		if (len) {
			buf_add_u8(out, (unsigned)len);
			buf_add(out, list, len);
		}
		list += len + (list[len] == ',');
	}
	if (out->len == start)
		return err_set(err, TLS_BLAME_CONFIG,
		    "%s: no name in the list; give one, like http/1.1",
		    option);
	if (out->len - start > 65535)
		return err_set(err, TLS_BLAME_CONFIG,
		    "%s: the list is longer than 65535 bytes", option);
	return true;
}
