/* conn/reason.c - why a client was refused, in one wording for every library
 * SPDX-License-Identifier: Apache-2.0
 *
 * An alert says little, and each library says the rest in words of its own.
 * What only the core can put together (what was offered, what was asked for)
 * is told here, with the remedy.
 */
#include "conn/internal.h"

#include <stdlib.h>

#include "base/buf.h"
#include "explain/explain.h"
#include "names/names.h"

/* A client's attempt that has failed. */
struct attempt {
	const struct conn *conn;
	const struct tls_facts *facts;
	int alert;			/* that we sent, or -1 */
};

static void
add_versions(struct buf *out, unsigned versions)
{
	char room[16];
	const char *sep = "";

	for (uint16_t v = TLS_VERSION_SSL3; v <= TLS_VERSION_1_3; v++) {
		if (!(versions & TLS_VERSION_BIT(v)))
			continue;
		buf_printf(out, "%s%s", sep, version_label(v, room));
		sep = ", ";
	}
}

static bool
tell_version(const struct attempt *attempt, struct buf *out)
{
	const struct conn *conn = attempt->conn;
	const struct tls_hello *hello = conn->hello;
	unsigned own = conn->server->config.versions, offered = 0;

	if (!hello || attempt->alert != ALERT_PROTOCOL_VERSION)
		return false;
	for (size_t i = 0; i < hello->num_versions; i++)
		if (hello->versions[i] >= TLS_VERSION_SSL3 &&
		    hello->versions[i] <= TLS_VERSION_1_3)
			offered |= TLS_VERSION_BIT(hello->versions[i]);
	if (offered & own)
		return false;
	buf_add_string(out, "no protocol version in common: "
	    "the client offers ");
	add_versions(out, offered);
	buf_add_string(out, offered ? ", the server " : "none, the server ");
	add_versions(out, own);
	return true;
}

static bool
tell_psk(const struct attempt *attempt, struct buf *out)
{
	if (!attempt->conn->gave_psk ||
	    (attempt->alert != ALERT_BAD_RECORD_MAC &&
	    attempt->alert != ALERT_ILLEGAL_PARAMETER &&
	    attempt->alert != ALERT_DECRYPT_ERROR))
		return false;
	buf_add_string(out, "the client's pre-shared key is not ours: wrong "
	    "key? (see -psk)");
	return true;
}

static bool
tell_certificate(const struct attempt *attempt, struct buf *out)
{
	const struct tls_config *config = &attempt->conn->server->config;

	if (config->peer_certificate != TLS_PEER_DEMAND)
		return false;
	/* Once suite and certificate are chosen, nothing else is left to agree
	 * on. */
	if (attempt->alert != ALERT_CERTIFICATE_REQUIRED &&
	    (attempt->alert != ALERT_HANDSHAKE_FAILURE ||
	    (!attempt->facts->suite && attempt->facts->identity < 0) ||
	    attempt->facts->num_peer_chain || attempt->conn->verify_error))
		return false;
	buf_add_string(out, "the client sent no certificate, which -Verify "
	    "demands (-verify only asks)");
	return true;
}

const char *
conn_reason(const struct conn *conn, const struct tls_error *err,
    const struct tls_facts *facts, struct buf *room)
{
	static bool (*const tell[])(const struct attempt *attempt,
	    struct buf *out) = {
		tell_version, tell_psk, tell_certificate,
	};
	const struct attempt attempt = { conn, facts, err->alert_sent };

	if (conn->opened || err->alert_received >= 0 || !conn->server)
		return NULL;
	for (size_t i = 0; i < sizeof tell / sizeof *tell; i++)
		if (tell[i](&attempt, room))
			return buf_string(room);
	return NULL;
}

/* The names of -servername, in memory to be freed. */
static const char **
names_of(const struct service_backend *backend)
{
	const char **names = mem_zero(backend->num_servers, sizeof *names);

	for (size_t i = 1; i < backend->num_servers; i++)
		names[i - 1] = backend->servers[i].name;
	return names;
}

/* The server that the connection has, on other backends. */
struct source {
	struct explain_source source;	/* first: it is one */
	const struct conn *conn;
};

static size_t
others(struct explain_source *base, struct explain_other *out, size_t room)
{
	const struct conn *conn = ((struct source *)base)->conn;
	struct service_others *all = conn->setup->service->others;
	const size_t at = (size_t)(conn->server - conn->backend->servers);
	const struct service_other *list;
	size_t num;

	list = all->list(all, &num);
	for (size_t i = 0; i < num && i < room; i++)
		out[i] = (struct explain_other){
			.plug = list[i].plug,
			.config = list[i].backend ?
			    &list[i].backend->servers[at].config : NULL,
			.alpn = list[i].backend ? &list[i].backend->alpn :
			    NULL,
		};
	return num < room ? num : room;
}

const char *
conn_explain(const struct conn *conn, const struct event *event,
    const struct tls_facts *facts, bool in_time, struct buf *room)
{
	const struct service *service = conn->setup->service;
	const struct service_backend *backend = conn->backend;
	const struct tls_error *err = event->failed.error;
	const char **names = NULL;
	struct source source = { { others }, conn };
	struct explain_case failed = {
		.error = err, .facts = facts, .hello = conn->hello,
		.config = conn->server ? &conn->server->config : NULL,
		.alpn = backend ? &backend->alpn : NULL,
		.plug = backend ? backend->plug : NULL,
		.rules = &service->verify,
		.version = conn->opened ? facts->version :
		    conn->choice.version,
		.now = service->clock->wall_us(service->clock) / 1000000,
		.opening = conn->opening,
		.received = channel_state(conn->channel).received,
		.opened = conn->opened, .heard = conn->heard,
		.left = event->failed.left,
		.limit_ms = in_time ? 0 : service->limits.handshake_ms,
		.refused = event->failed.refused,
		.psk = service->psk, .gave_psk = conn->gave_psk,
		.unknown_identity = buf_span(&conn->unknown_psk),
		.source = service->others ? &source.source : NULL,
	};
	bool said;

	if (backend && err->alert_sent == ALERT_UNRECOGNIZED_NAME) {
		failed.names = names = names_of(backend);
		failed.num_names = backend->num_servers - 1;
	}
	said = explain_failure(room, &failed);
	free(names);
	return said ? buf_string(room) : NULL;
}
