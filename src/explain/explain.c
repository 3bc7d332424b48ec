/* explain.c - why a handshake failed, in one sentence
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 6; RFC 5246, 7.2
 */
#include "explain/explain.h"

#include "explain/agree.h"
#include "explain/words.h"
#include "wire/hello.h"

#define SUPPORTED_VERSIONS	43

/* Options that enable a version. */
static const struct {
	uint16_t version;
	enum tls_feature feature;
	const char *option;
} versions[] = {
	{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3, "-tls1_3" },
	{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2, "-tls1_2" },
	{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1, "-tls1_1" },
	{ TLS_VERSION_1_0, TLS_FEATURE_TLS1, "-tls1" },
};

static void
add_version_remedy(struct buf *out, const struct explain_case *failed,
    unsigned offered)
{
	char room[16];

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		uint16_t version = versions[i].version;

		if (!(offered & TLS_VERSION_BIT((unsigned)version)))
			continue;
		if (failed->plug && !plug_can(failed->plug,
		    versions[i].feature)) {
			buf_printf(out, ", and the %s backend cannot do %s",
			    failed->plug->backend->name,
			    words_version(version, room));
			return;
		}
		buf_printf(out, ": %s would agree", versions[i].option);
		return;
	}
}

static bool
add_version(struct buf *out, const struct explain_case *failed,
    const struct agreement *agreement)
{
	const struct tls_hello *hello = failed->hello;
	unsigned offered = 0;
	uint16_t highest = 0;
	char room[16];

	(void)agreement;
	for (size_t i = 0; i < hello->num_versions; i++) {
		uint16_t version = hello->versions[i];

		if (version != TLS_VERSION_SSL2 &&
		    (version < TLS_VERSION_SSL3 || version > TLS_VERSION_1_3))
			continue;
		offered |= TLS_VERSION_BIT((unsigned)version);
		if (version > highest)
			highest = version;
	}
	buf_add_string(out, "no protocol version in common: the client "
	    "offers ");
	if (hello_extension(hello, SUPPORTED_VERSIONS) || !offered)
		words_add_versions(out, offered);
	else
		buf_printf(out, "%s at most", words_version(highest, room));
	buf_add_string(out, ", this server ");
	words_add_versions(out, failed->config->versions);
	add_version_remedy(out, failed, offered);
	return true;
}

/* What is said where the lists have no overlap. */
static bool (*const overlaps[])(struct buf *out,
    const struct explain_case *failed, const struct agreement *agreement) = {
	[LACK_VERSION] = add_version,
	[LACK_NOTHING] = NULL,
};

bool
explain_failure(struct buf *out, const struct explain_case *failed)
{
	struct agreement agreement = { LACK_NOTHING, 0 };
	const struct side side = {
		failed->config, failed->alpn, failed->plug,
	};

	if (failed->hello && failed->config)
		agreement = agree(&side, failed->hello);
	if (overlaps[agreement.lack] && failed->error->alert_received < 0)
		return overlaps[agreement.lack](out, failed, &agreement);
	return false;
}
