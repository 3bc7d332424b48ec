/* backend.c - the OpenSSL backend, as one constant
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <dlfcn.h>
#include <openssl/conf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/lab.h"

static void
about(struct tls_about *out)
{
	/* C has no cast from a function's address, but memcpy. */
	const SSL_METHOD *(*function)(void) = TLS_server_method;
	char *settings = CONF_get1_default_config_file();
	void *address;
	Dl_info info;

	_Static_assert(sizeof address == sizeof function, "flat addresses");
	*out = (struct tls_about){
		.library = "OpenSSL",
		.built = OPENSSL_VERSION_STR,
		.running = OpenSSL_version(OPENSSL_VERSION_STRING),
		.file = "",
	};
	memcpy(&address, &function, sizeof address);
	if (dladdr(address, &info) && info.dli_fname)
		out->file = info.dli_fname;
	if (settings && access(settings, R_OK) == 0)
		snprintf(out->settings, sizeof out->settings, "%s", settings);
	OPENSSL_free(settings);
}

static const struct tls_correction corrections[] = {
#define C(id, name, feature, what) { name, TLS_FEATURE_##feature, what },
#include "corrections.def"
#undef C
};

static struct tls_probe *
probe_open(struct tls_error *err)
{
	extern const struct tls_backend tls_backend_openssl;
	static const struct common_library library = {
		&tls_backend_openssl, &openssl_client, &openssl_table,
	};

	return common_lab_open(&library, err);
}

const struct tls_backend tls_backend_openssl = {
	TLS_BACKEND_HEAD("openssl"),
	.about = about,
	.start = openssl_start,
	.probe_open = probe_open,
	.probe_close = common_lab_close,
	.answer = common_lab_answer,
	.suites = openssl_suites,
	.groups = openssl_groups,
	.signatures = openssl_signatures,
	.server_open = openssl_server_open,
	.server_close = openssl_server_close,
	.session_open = openssl_session_open,
	.session_close = openssl_session_close,
	.handshake = openssl_handshake,
	.read = openssl_read,
	.write = openssl_write,
	.goodbye = openssl_goodbye,
	.facts = openssl_facts,
	.renegotiate = openssl_renegotiate,
	.ask_certificate = openssl_ask_certificate,
	.key_update = openssl_key_update,
	.seed = openssl_seed,
	.unpack = openssl_unpack,
	.primitives = &openssl_primitives,
	.export_keys = openssl_export_keys,
	.corrections = corrections,
	.num_corrections = OPENSSL_CORRECTIONS,
};
