/* native.c - a server that leaves the choices to the library
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The defaults of mbedtls_ssl_config_defaults() stay as they are, but for what
 * an option names.
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

static bool
is_tls1_3(int suite)
{
	return suite >> 8 == 0x13;
}

static bool
is_named(const struct tls_config *config, bool tls1_3)
{
	for (size_t i = 0; i < config->num_suites; i++)
		if (is_tls1_3(config->suites[i]) == tls1_3)
			return true;
	return false;
}

/* Whether an option leaves this suite of the library's own list in. */
static bool
stays(const struct tls_config *config, int suite)
{
	const char *name = mbedtls_ssl_get_ciphersuite_name(suite);

	if (is_named(config, is_tls1_3(suite)))
		return false;
	return !name || !((config->no_dhe && strstr(name, "-DHE-")) ||
	    (config->no_ecdhe && strstr(name, "-ECDHE-")));
}

/* What is named first, then what the library has of the other versions. */
static bool
set_suites(struct tls_server *server)
{
	const struct tls_config *config = server->config;
	const int *own = mbedtls_ssl_list_ciphersuites();
	size_t num = 0, n = 0;

	if (!config->num_suites && !config->no_dhe && !config->no_ecdhe)
		return true;
	while (own[num])
		num++;
	server->suites = calloc(config->num_suites + num + 1,
	    sizeof *server->suites);
	if (!server->suites)
		return false;
	for (size_t i = 0; i < config->num_suites; i++)
		server->suites[n++] = config->suites[i];
	for (size_t i = 0; i < num; i++)
		if (stays(config, own[i]))
			server->suites[n++] = own[i];
	mbedtls_ssl_conf_ciphersuites(&server->conf, server->suites);
	return true;
}

/* A name with its length before it needs no more room than one with a NUL
 * after it. */
static bool
set_protocols(struct tls_server *server)
{
	struct tls_span from = server->config->alpn;
	size_t n = 0;
	char *at;

	if (!from.len)
		return true;
	server->alpn = at = malloc(from.len);
	server->alpn_list = calloc(from.len, sizeof *server->alpn_list);
	if (!at || !server->alpn_list)
		return false;
	while (from.len > 0 && from.data[0] < from.len) {
		size_t len = from.data[0];

		memcpy(at, from.data + 1, len);
		at[len] = '\0';
		server->alpn_list[n++] = at;
		at += len + 1;
		from.data += len + 1;
		from.len -= len + 1;
	}
	return true;
}

bool
mbed_native_set(struct tls_server *server, struct tls_error *err)
{
	return !server->config->native ||
	    (set_suites(server) && set_protocols(server)) ||
	    common_refuse_memory(err);
}

void
mbed_native_clear(struct tls_server *server)
{
	free(server->suites);
	free(server->alpn);
	free(server->alpn_list);
}

/* Whether the client offers `name`. */
static bool
offers(const struct tls_hello *hello, const char *name)
{
	struct tls_span left = hello->alpn;
	size_t len = strlen(name);

	while (left.len > 0 && left.data[0] < left.len) {
		size_t step = 1 + (size_t)left.data[0];

		if (step == 1 + len && !memcmp(left.data + 1, name, len))
			return true;
		left.data += step;
		left.len -= step;
	}
	return false;
}

const char **
mbed_native_protocols(const struct tls_session *session)
{
	const struct tls_server *server = session->server;
	const char **list = server->alpn_list;

	if (!list || !session->hello ||
	    server->config->alpn_mismatch != TLS_ALPN_IGNORE)
		return list;
	while (*list && !offers(session->hello, *list))
		list++;
	return *list ? server->alpn_list : NULL;
}

uint16_t
mbed_native_version(const struct tls_server *server,
    const struct tls_hello *hello)
{
	if (!hello)
		return 0;
	for (size_t i = 0; i < hello->num_versions; i++)
		if (hello->versions[i] == TLS_VERSION_1_3 &&
		    server->high == TLS_VERSION_1_3)
			return TLS_VERSION_1_3;
	return hello->legacy_version < server->high ? hello->legacy_version :
	    server->high < TLS_VERSION_1_2 ? server->high : TLS_VERSION_1_2;
}
