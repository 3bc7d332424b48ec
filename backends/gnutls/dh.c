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
	int code = gnu_dh_is_ours(server->config) ? import(server) : 0;

	return code >= 0 || gnu_error_code(err, TLS_BLAME_CONFIG, code,
	    "Diffie-Hellman parameters that GnuTLS does not read");
}

void
gnu_dh_close(struct tls_server *server)
{
	if (server->dh_params)
		gnutls_dh_params_deinit(server->dh_params);
}
