/* protocols.c - the lists of -alpn and -nextprotoneg
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include "base/err.h"
#include "load/select.h"
#include "policy/corrections.h"
#include "policy/policy.h"

bool
load_protocols(struct loaded *loaded, struct tls_error *err)
{
	const struct load_options *tls = loaded->options;

	return (!tls->alpn || policy_parse_protocols(&loaded->alpn, "-alpn",
	    tls->alpn, err)) &&
	    (!tls->npn || policy_parse_protocols(&loaded->npn,
	    "-nextprotoneg", tls->npn, err));
}

static bool
add_npn(const struct loaded *loaded, const struct plug *plug,
    struct tls_config *config, struct tls_error *err)
{
	if (!loaded->npn.len)
		return true;
	/* NPN is not part of TLS 1.3, and its replacement is to behave the
	 * same. */
	if (!OLDER_VERSIONS(config->versions))
		return err_set(err, TLS_BLAME_CONFIG, "-nextprotoneg is of "
		    "TLS 1.2 and before, and only TLS 1.3 is left: use -alpn");
	if (plug_can(plug, TLS_FEATURE_NPN))
		config->npn = buf_span(&loaded->npn);
	return true;
}

/* Whether a library without NPN offers the protocols of NPN by ALPN, where a
 * client is free to choose none. */
static bool
is_npn_by_alpn(const struct loaded *loaded, const struct tls_config *config)
{
	return loaded->npn.len && !loaded->alpn.len && !config->npn.len;
}

bool
add_protocols(const struct loaded *loaded, const struct plug *plug,
    struct tls_config *config, struct tls_error *err)
{
	const struct load_options *tls = loaded->options;
	bool instead;

	if (!add_npn(loaded, plug, config, err))
		return false;
	if (policy_corrects(tls->native, POLICY_ALPN))
		return true;
	instead = is_npn_by_alpn(loaded, config);
	config->alpn = buf_span(instead ? &loaded->npn : &loaded->alpn);
	config->alpn_mismatch = instead || tls->alpn_lenient ?
	    TLS_ALPN_IGNORE : tls->alpn_own ? TLS_ALPN_OWN : TLS_ALPN_REFUSE;
	return true;
}

void
choose_protocols(const struct loaded *loaded, const struct tls_config *config,
    struct service_backend *backend)
{
	backend->npn_by_alpn = is_npn_by_alpn(loaded, config);
	backend->alpn.list = buf_span(backend->npn_by_alpn ? &loaded->npn :
	    &loaded->alpn);
	backend->alpn.lenient = backend->npn_by_alpn ||
	    loaded->options->alpn_lenient;
}
