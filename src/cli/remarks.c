/* remarks.c - what options mean together
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/options.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

static bool
in_effect(const struct settings *settings, const char *name)
{
	return option_in_effect(option_find(name, strlen(name)), settings);
}

/* The options that name certificates are of no use with -nocert. */
static bool
remark_no_cert(const struct settings *settings, struct buf *warnings,
    struct tls_error *err)
{
	static const char *const idle[] = {
		"cert", "certform", "key", "keyform", "pass", "cert_chain",
		"dcert", "dcertform", "dkey", "dkeyform", "dpass",
		"dcert_chain",
	};

	if (!settings->tls.no_cert)
		return true;
	if (settings->tls.names.num)
		return err_set(err, TLS_BLAME_CONFIG, "-nocert and -servername "
		    "do not go together: the one means that there is no "
		    "certificate, the other that there are several");
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (in_effect(settings, idle[i]))
			buf_printf(warnings, "-%s has no effect with "
			    "-nocert\n", idle[i]);
	return true;
}

static void
remark_versions(const struct settings_tls *tls, struct buf *warnings)
{
	const unsigned newest = TLS_VERSION_BIT(TLS_VERSION_1_3);
	unsigned spoken = tls->only ? tls->only : ~tls->without;
	bool alone = tls->only == newest;

	if (spoken & newest && (tls->no_dhe || tls->no_ecdhe))
		buf_printf(warnings, "%s leaves TLS 1.3 as it is: choose its "
		    "groups with -groups\n",
		    tls->no_dhe ? "-no_dhe" : "-no_ecdhe");
	if (alone && tls->psk_hint)
		buf_add_string(warnings, "PSK warning: there is NO identity "
		    "hint in TLSv1.3\n");
	if (alone && tls->dh_param)
		buf_add_string(warnings, "-dhparam has no effect with "
		    "-tls1_3: choose its groups with -groups\n");
	if (tls->dh_param && tls->no_dhe)
		buf_add_string(warnings, "-dhparam has no effect with "
		    "-no_dhe\n");
}

/* A file takes the place of the responders. */
static void
remark_status(const struct settings *settings, struct buf *warnings)
{
	static const char *const idle[] = {
		"status_url", "status_timeout", "no_status_cache",
	};

	if (!settings->tls.status.file)
		return;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (in_effect(settings, idle[i]))
			buf_printf(warnings, "-%s has no effect with "
			    "-status_file\n", idle[i]);
}

bool
remark(const struct settings *settings, struct buf *warnings,
    struct tls_error *err)
{
	if (!remark_no_cert(settings, warnings, err))
		return false;
	remark_versions(&settings->tls, warnings);
	remark_status(settings, warnings);
	return true;
}
