/* backend.c - the GnuTLS backend: the struct, and what library this is
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "gnutls.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/lab.h"

static void
about(struct tls_about *out)
{
	/* A string of the library's own: its address says where from. */
	const char *running = gnutls_check_version(NULL);
	const char *settings = gnutls_get_system_config_file();
	Dl_info info;

	memset(&info, 0, sizeof info);
	if (!running || dladdr(running, &info) == 0)
		info.dli_fname = NULL;
	*out = (struct tls_about){
		.library = "GnuTLS",
		.built = GNUTLS_VERSION,
		.running = running ? running : "",
		.file = info.dli_fname ? info.dli_fname : "",
	};
	if (settings && access(settings, R_OK) == 0)
		snprintf(out->settings, sizeof out->settings, "%s", settings);
}

static struct tls_probe *
probe_open(struct tls_error *err)
{
	extern const struct tls_backend tls_backend_gnutls;
	static const struct common_library library = {
		&tls_backend_gnutls, &gnu_client, &gnu_table,
	};

	return common_lab_open(&library, err);
}

static const struct tls_correction corrections[] = {
#define C(id, name, feature, what) { name, TLS_FEATURE_##feature, what },
#include "corrections.def"
#undef C
};

const struct tls_backend tls_backend_gnutls = {
	TLS_BACKEND_HEAD("gnutls"),
	.about = about,
	.start = gnu_start,
	.probe_open = probe_open,
	.probe_close = common_lab_close,
	.answer = common_lab_answer,
	.suites = gnu_suites,
	.groups = gnu_groups,
	.signatures = gnu_signatures,
	.server_open = gnu_server_open,
	.server_close = gnu_server_close,
	.session_open = gnu_session_open,
	.session_close = gnu_session_close,
	.handshake = gnu_handshake,
	.read = gnu_read,
	.write = gnu_write,
	.goodbye = gnu_goodbye,
	.facts = gnu_facts,
	.renegotiate = gnu_renegotiate,
	.ask_certificate = gnu_ask_certificate,
	.key_update = gnu_key_update,
	.unpack = gnu_unpack,
	.primitives = &gnu_primitives,
	.export_keys = gnu_export_keys,
	.corrections = corrections,
	.num_corrections = GNU_CORRECTIONS,
};
