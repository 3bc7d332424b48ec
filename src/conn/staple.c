/* staple.c - OCSP responses for a client that asks for one
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6066, 8; RFC 8446, 4.4.2.1
 *
 * The responses are fetched between the hello and the session, so that no
 * library waits in a callback.  Which identity the library will use is not
 * known then, so responses for all of them are fetched.
 */
#include "conn/internal.h"

/* Whether this library can staple in the version that will be used. */
static bool
can_staple(const struct conn *conn)
{
	enum tls_feature feature =
	    conn->choice.version == TLS_VERSION_1_3 ?
	    TLS_FEATURE_STATUS_TLS1_3 : TLS_FEATURE_STATUS;

	return plug_answer(conn->backend->plug, feature).support >=
	    TLS_SUPPORT_PART;
}

static bool
refuse(struct conn *conn, const char *why)
{
	return conn_refuse(conn, ALERT_INTERNAL_ERROR, TLS_BLAME_NETWORK, why);
}

/* No more responses will come.  False, and the client is refused, if those
 * there are do not suffice. */
static bool
take_responses(struct conn *conn)
{
	const struct service *service = conn->setup->service;
	const struct staple_ask *ask = conn->asking;

	if (service->staple_required && staple_missing(ask))
		return refuse(conn, "no OCSP response for the client, and "
		    "-status_required is given");
	if (service->staple_strict && ask->broken)
		return refuse(conn, "no OCSP response could be sought, and "
		    "-strict_s_server is given");
	conn->choice.choice.status = ask->responses;
	return true;
}

static struct conn *
conn_of_staple_user(struct staple_user *host)
{
	return (struct conn *)((char *)host -
	    offsetof(struct conn, staple_user));
}

static void
tell(struct staple_user *host, struct event *event)
{
	conn_post(conn_of_staple_user(host), event);
}

/* All have been fetched or have failed: the connection goes on from the
 * loop. */
static void
done(struct staple_user *host)
{
	struct conn *conn = conn_of_staple_user(host);

	conn->channel->ops->soon(conn->channel);
}

bool
conn_has_staples(struct conn *conn)
{
	return conn->asking->waiting == 0 && take_responses(conn);
}

bool
conn_seek_staples(struct conn *conn)
{
	struct staple_question question = {
		.config = &conn->server->config,
		.backend = conn->backend->plug->backend,
	};

	if (!conn->setup->stapler || !conn->hello ||
	    !hello_asks_status(conn->hello, &question.extensions))
		return true;
	if (!can_staple(conn))
		return !conn->setup->service->staple_required ||
		    refuse(conn, "this library cannot staple in this "
		    "version, and -status_required is given");
	conn->staple_user = (struct staple_user){ tell, done };
	conn->asking = staple_ask(conn->setup->stapler, &question,
	    &conn->staple_user);
	if (conn->asking->waiting == 0)
		return take_responses(conn);
	conn->stage = STAGE_STAPLE;
	return false;
}

/* The identity whose response was sent, as far as is known; -1: none. */
static int
which_sent(const struct staple_ask *ask, const struct tls_facts *facts)
{
	/* A resumed session sends no certificate. */
	if (facts->status_sent == TLS_NO || facts->resumed == TLS_YES)
		return -1;
	/* After a failure it may not be known any more. */
	if (facts->identity < 0 && facts->status_sent == TLS_YES &&
	    ask->num == 1)
		return 0;
	return facts->identity;
}

void
conn_end_staples(struct conn *conn)
{
	struct tls_facts facts;
	int identity;

	if (!conn->asking)
		return;
	conn_facts(conn, &facts);
	identity = which_sent(conn->asking, &facts);
	if (identity >= 0)
		staple_sent(conn->asking, (size_t)identity);
	staple_ask_free(conn->asking);
	conn->asking = NULL;
	conn->choice.choice.status = NULL;
}
