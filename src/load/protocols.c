/* protocols.c - the lists of -alpn and -nextprotoneg
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include "base/err.h"
#include "load/select.h"
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

bool
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

/* The protocols of -alpn; or, for a library without NPN, those of NPN, of which
 * a client is free to choose none. */
void
choose_protocols(const struct loaded *loaded, const struct tls_config *config,
    struct service_backend *backend)
{
	backend->alpn.list = buf_span(&loaded->alpn);
	backend->alpn.lenient = loaded->options->alpn_lenient;
	if (loaded->alpn.len || config->npn.len || !loaded->npn.len)
		return;
	backend->alpn.list = buf_span(&loaded->npn);
	backend->alpn.lenient = true;
	backend->npn_by_alpn = true;
}
