/* shade.c - a connection's hello, for the backends that do not serve it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/internal.h"

static void
cast_shadow(struct conn *conn, const struct tls_error *refusal)
{
	const struct shadow_hello hello = {
		.edition = conn->setup->edition,
		.from = &conn->origin,
		.plug = conn->backend->plug,
		.native = conn->server->config.native,
		.server = (size_t)(conn->server - conn->backend->servers),
		.hello = conn->hello,
		.refusal = refusal,
	};

	conn->shadow = shadow_put(conn->env->shadow, &hello);
	conn->shadow_full = !conn->shadow;
	if (conn->env->app->ops->keeps_hello)
		return;
	shadow_drop(conn->shadow);
	conn->shadow = NULL;
}

void
conn_cast_shadow(struct conn *conn, const struct tls_error *refusal)
{
	if (conn->env->shadow)
		cast_shadow(conn, refusal);
}

struct shadow_job *
conn_shadow(const struct conn *conn)
{
	return conn->shadow;
}

bool
conn_casts_shadow(const struct conn *conn)
{
	return conn->shadow || conn->shadow_full;
}
