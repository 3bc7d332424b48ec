/* protocols.c - the lists of -alpn and -nextprotoneg
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/load.h"

#include "base/err.h"
#include "load/loaded.h"
#include "load/select.h"
#include "policy/policy.h"

bool
load_protocols(struct loaded *loaded, const struct settings_tls *tls,
    struct tls_error *err)
{
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
	/* The message of the client's choice went with TLS 1.3, and what
	 * stands in shall not differ. */
	if (!OLDER_VERSIONS(config->versions))
		return err_set(err, TLS_BLAME_CONFIG, "-nextprotoneg is of "
		    "TLS 1.2 and before, and only TLS 1.3 is left: use -alpn");
	if (plug_can(plug, TLS_FEATURE_NPN))
		config->npn = buf_span(&loaded->npn);
	return true;
}

void
loaded_protocols(const struct loaded *loaded, struct tls_span *alpn,
    struct tls_span *npn)
{
	*alpn = buf_span(&loaded->alpn);
	*npn = buf_span(&loaded->npn);
}
