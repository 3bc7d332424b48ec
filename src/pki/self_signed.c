/* self_signed.c - the certificate for localhost that is made without -cert
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/internal.h"

/* Browsers and curl accept at most 398 days; a month is longer than any
 * test. */
#define VALID_SECONDS	(30 * 24 * 3600)
#define EARLY_SECONDS	3600		/* for clients whose clock is slow */

bool
pki_self_signed(struct pki_cert *cert, const struct tls_backend *backend,
    enum tls_key_kind kind, int64_t now, struct tls_error *err)
{
	static const char *const names[] = { "localhost", "*.localhost" };
	static const uint8_t loopback_v4[] = { 127, 0, 0, 1 };
	static const uint8_t loopback_v6[16] = { [15] = 1 };
	const struct tls_span addresses[] = {
		PKI_SPAN(loopback_v4), PKI_SPAN(loopback_v6),
	};
	const struct pki_recipe recipe = {
		.common_name = "localhost",
		.kind = kind,
		.not_before = now - EARLY_SECONDS,
		.not_after = now + VALID_SECONDS,
		/* RSA key exchange up to TLS 1.2 needs keyEncipherment. */
		.usage = PKI_DIGITAL_SIGNATURE |
		    (kind == TLS_KEY_RSA ? PKI_KEY_ENCIPHERMENT : 0),
		.purposes = PKI_SERVER,
		.dns_names = names, .num_dns_names = 2,
		.addresses = addresses, .num_addresses = 2,
	};

	return pki_make(cert, backend, &recipe, err);
}
