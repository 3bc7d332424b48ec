/* dh.c - Diffie-Hellman parameters for DHE up to TLS 1.2
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

/* Configured parameters are used whatever the list of groups is; and where that
 * list has curves only, DHE has to work nevertheless. */
bool
gnu_dh_is_ours(const struct tls_config *config)
{
	if (config->dh_params.len > 0)
		return true;
	for (size_t i = 0; i < config->num_groups; i++)
		if (gnu_group_is_finite_field(config->groups[i]))
			return false;
	return config->num_groups > 0;
}

static int
import(struct tls_server *server)
{
	struct tls_span given = server->config->dh_params;
	gnutls_datum_t der = gnu_datum_of(given);
	int code = gnutls_dh_params_init(&server->dh_params);

	if (code < 0) {
		server->dh_params = NULL;
		return code;
	}
	if (given.len > 0)
		return gnutls_dh_params_import_pkcs3(server->dh_params, &der,
		    GNUTLS_X509_FMT_DER);
	return gnutls_dh_params_import_raw(server->dh_params,
	    &gnutls_ffdhe_2048_group_prime,
	    &gnutls_ffdhe_2048_group_generator);
}

bool
gnu_dh_open(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	gnutls_datum_t prime, generator;
	unsigned bits = 0, needed = gnu_creds_strength(config,
	    GNUTLS_PK_DH);
	int code;

	if (!gnu_dh_is_ours(config))
		return true;
	code = import(server);
	if (code >= 0)
		code = gnutls_dh_params_export_raw(server->dh_params, &prime,
		    &generator, &bits);
	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_CONFIG, code,
		    "Diffie-Hellman parameters that GnuTLS does not read");
	bits = prime.size * 8;
	gnutls_free(prime.data);
	gnutls_free(generator.data);
	if (config->dh_params.len == 0 || bits >= needed)
		return true;
	return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "Diffie-Hellman "
	    "parameters of %u bits are too small for security level %d; "
	    "lower @SECLEVEL", bits, config->security_level);
}

void
gnu_dh_close(struct tls_server *server)
{
	if (server->dh_params)
		gnutls_dh_params_deinit(server->dh_params);
}
