/* backend.c - the Mbed TLS backend: its table, and which library it is
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "client.h"

static void
about(struct tls_about *out)
{
	*out = (struct tls_about){
		.library = "Mbed TLS",
		.built = MBEDTLS_VERSION_STRING,
		.running = mbed_compat_running(),
		.file = mbed_originals_file(),
	};
}

static const struct tls_correction corrections[] = {
#define C(id, name, feature, what) { name, TLS_FEATURE_##feature, what },
#include "corrections.def"
#undef C
};

static struct tls_probe *
probe_open(struct tls_error *err)
{
	extern const struct tls_backend tls_backend_mbedtls;
	static const struct common_library library = {
		&tls_backend_mbedtls, &mbed_client, &mbed_table,
	};

	return common_lab_open(&library, err);
}

const struct tls_backend tls_backend_mbedtls = {
	TLS_BACKEND_HEAD("mbedtls"),
	.about = about,
	.start = mbed_start,
	.probe_open = probe_open,
	.probe_close = common_lab_close,
	.answer = common_lab_answer,
	.suites = mbed_suites,
	.groups = mbed_groups,
	.signatures = mbed_signatures,
	.server_open = mbed_server_open,
	.server_close = mbed_server_close,
	.session_open = mbed_session_open,
	.session_close = mbed_session_close,
	.handshake = mbed_handshake,
	.read = mbed_read,
	.write = mbed_write,
	.goodbye = mbed_goodbye,
	.facts = mbed_facts,
	.renegotiate = mbed_renegotiate,
	.key_update = COMPAT_KEY_UPDATE(mbed_key_update),
	.seed = mbed_seed,
	.unpack = mbed_unpack,
	.primitives = &mbed_primitives,
	.export_keys = mbed_export_keys,
	.corrections = corrections,
	.num_corrections = MBED_CORRECTIONS,
};
