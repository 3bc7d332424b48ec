/* compare/ask.c - asks one backend in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compare/compare.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "net/memory.h"
#include "plug/quiet.h"
#include "policy/corrections.h"
#include "wire/hello.h"

/* The most bytes that a backend may answer with. */
#define ROOM		(512 * 1024)

/* The plaintext of a record (RFC 8446, 5.1). */
#define RECORD_LEN	16384

/* Calls of `handshake` for one hello, if each of them gets on. */
#define MAX_CALLS	64

struct compare_server {
	struct compare_subject subject;
	struct tls_config config;
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];
	struct tls_server *server;	/* owned */
};

/* One question. */
struct asking {
	struct quiet_host quiet;	/* first: it is a tls_host */
	struct tls_host_ops ops;
	const struct psk_table *psk;
	struct policy_choice choice;
	struct memory_io io;
};

struct compare_server *
compare_open(const struct compare_subject *subject, struct tls_error *err)
{
	const struct tls_backend *backend = subject->plug->backend;
	struct compare_server *server = mem_zero(1, sizeof *server);
	struct tls_config *config = &server->config;

	server->subject = *subject;
	*config = *subject->config;
	/* Its random bytes are no secret: no ticket is ever sent under it. */
	if (config->ticket_key.len && getrandom(server->ticket_key,
	    sizeof server->ticket_key, 0) > 0)
		config->ticket_key.data = server->ticket_key;
	*err = (struct tls_error)TLS_ERROR_INIT;
	server->server = backend->server_open(config, err);
	if (server->server)
		return server;
	free(server);
	return NULL;
}

void
compare_close(struct compare_server *server)
{
	if (!server)
		return;
	server->subject.plug->backend->server_close(server->server);
	free(server);
}

/* ---- one question ------------------------------------------------------- */

static struct tls_span
find_psk(struct tls_host *host, struct tls_span identity)
{
	struct asking *asking = (struct asking *)host;
	struct tls_span key = { NULL, 0 };

	if (asking->psk && asking->psk->num)
		psk_find(asking->psk, identity, asking->choice.version, &key);
	return key;
}

/* Whether the core passes the hello on in one record. */
static bool
joins(const struct compare_server *server, const struct tls_hello *hello)
{
	return policy_corrects(server->config.native, POLICY_JOINED_HELLO) &&
	    hello->num_records > 1 && plug_answer(server->subject.plug,
	    TLS_FEATURE_HELLO_FRAGMENTS).support != TLS_SUPPORT_FULL;
}

/* Gives the library the records that the client sent; a hello without records
 * is put into some. */
static void
add_hello(struct buf *out, const struct compare_server *server,
    const struct tls_hello *hello)
{
	struct tls_span left = hello->message;

	if (hello->wire.len && !(joins(server, hello) &&
	    hello_coalesce(hello, out)))
		buf_add_span(out, hello->wire);
	while (!hello->wire.len && left.len) {
		size_t len = left.len < RECORD_LEN ? left.len : RECORD_LEN;

		buf_add_u8(out, 22);
		buf_add_u16(out, TLS_VERSION_1_0);
		buf_add_u16(out, (unsigned)len);
		buf_add(out, left.data, len);
		left.data += len;
		left.len -= len;
	}
}

/* Some libraries return between reading and writing, or after each record:
 * they are called again as long as they get on. */
static enum tls_status
shake(const struct tls_backend *backend, struct tls_session *session,
    const struct memory_io *io, struct tls_error *err)
{
	enum tls_status status = TLS_WANT_READ;
	uint64_t moved;

	for (int i = 0; i < MAX_CALLS && status == TLS_WANT_READ; i++) {
		moved = io->moved;
		status = backend->handshake(session, err);
		if (io->moved == moved)
			break;
	}
	return status;
}

/* ---- what came of it ---------------------------------------------------- */

static void
read_flight(struct compare_answer *out, const struct asking *asking)
{
	const struct quiet_host *quiet = &asking->quiet;
	struct tls_error err = TLS_ERROR_INIT;

	/* What cannot be read is left out: a backend of somebody else's may
	 * write anything. */
	flight_add_records(&out->flight, buf_span(&asking->io.to_client),
	    &err);
	for (size_t i = 0; i < quiet->num_messages; i++)
		if (quiet->messages[i].direction == TLS_SENT)
			flight_add_message(&out->flight,
			    quiet->messages[i].content_type,
			    quiet->messages[i].message, &err);
}

static void
copy_facts(struct compare_answer *out)
{
	const struct flight *flight = &out->flight;

	out->version = flight->version;
	out->suite = flight->suite;
	out->group = flight->group;
	out->signature = flight->signature;
	out->alpn = flight->alpn;
	out->num_chain = flight->certificate.num_sent;
	out->knows_encrypted = flight->version < TLS_VERSION_1_3 ||
	    !flight->hello.message.len || flight->extensions.message.len > 0;
	if (flight->certificate.num_chain)
		buf_add_span(&out->certificate, flight->certificate.chain[0]);
}

/* What an encrypted message said that is not told, the library may say. */
static void
add_facts(struct compare_answer *out, const struct compare_server *server,
    struct tls_session *session)
{
	const struct tls_config *config = &server->config;
	struct tls_facts facts = { .identity = -1 };

	if (out->knows_encrypted)
		return;
	server->subject.plug->backend->facts(session, &facts);
	if (!out->signature)
		out->signature = facts.signature;
	if (out->certificate.len || facts.identity < 0 ||
	    (size_t)facts.identity >= config->num_identities)
		return;
	buf_add_span(&out->certificate,
	    config->identities[facts.identity].chain[0]);
	out->num_chain = config->identities[facts.identity].num_chain;
}

static int
alert_of(const struct compare_answer *out, const struct quiet_host *quiet)
{
	if (out->flight.alert >= 0)
		return out->flight.alert;
	for (size_t i = 0; i < quiet->num_alerts; i++)
		if (quiet->alerts[i].direction == TLS_SENT &&
		    quiet->alerts[i].level == 2)
			return quiet->alerts[i].description;
	return out->err.alert_sent;
}

static void
judge(struct compare_answer *out, const struct asking *asking,
    enum tls_status status)
{
	const struct flight *flight = &out->flight;

	out->alert = alert_of(out, &asking->quiet);
	if (status != TLS_OK && status != TLS_WANT_READ &&
	    status != TLS_WANT_WRITE)
		out->outcome = COMPARE_REFUSED;
	else if (flight->hello.message.len)
		out->outcome = COMPARE_ANSWERED;
	else if (flight->retry.message.len)
		out->outcome = COMPARE_RETRY;
	else
		out->outcome = COMPARE_SILENT;
}

static void
answer_init(struct compare_answer *out)
{
	memset(out, 0, sizeof *out);
	flight_init(&out->flight);
	out->alert = -1;
	out->err = (struct tls_error)TLS_ERROR_INIT;
}

/* As the core does it where a session cannot be opened. */
static void
refuse_session(struct compare_answer *out)
{
	out->outcome = COMPARE_REFUSED;
	out->alert = ALERT_INTERNAL_ERROR;
}

void
compare_ask(struct compare_server *server, const struct tls_hello *hello,
    struct compare_answer *out)
{
	const struct compare_subject *subject = &server->subject;
	const struct tls_backend *backend = subject->plug->backend;
	struct asking *asking = mem_zero(1, sizeof *asking);
	struct tls_session *session;
	enum tls_status status;

	answer_init(out);
	quiet_init(&asking->quiet, subject->clock ? subject->clock :
	    &clock_system, TLS_WANTS_MESSAGES | TLS_WANTS_ALERTS);
	asking->ops = quiet_host_ops;
	asking->ops.psk = find_psk;
	asking->quiet.host.ops = &asking->ops;
	asking->psk = subject->psk;
	memory_init(&asking->io, ROOM);
	add_hello(&asking->io.to_server, server, hello);
	policy_choose(&asking->choice, &server->config, subject->alpn, hello);
	session = backend->session_open(server->server, hello,
	    &asking->choice.choice, &asking->io.io, &asking->quiet.host,
	    &out->err);
	if (session) {
		status = shake(backend, session, &asking->io, &out->err);
		read_flight(out, asking);
		copy_facts(out);
		add_facts(out, server, session);
		judge(out, asking, status);
		backend->session_close(session);
	} else {
		refuse_session(out);
	}
	policy_choice_clear(&asking->choice);
	memory_clear(&asking->io);
	quiet_clear(&asking->quiet);
	free(asking);
}

void
compare_cannot(struct compare_answer *out, const struct tls_error *err)
{
	answer_init(out);
	out->outcome = COMPARE_CANNOT;
	out->err = *err;
}

void
compare_refuse(struct compare_answer *out, const struct tls_error *err)
{
	answer_init(out);
	out->outcome = COMPARE_REFUSED_HERE;
	out->alert = err->alert_sent;
	out->err = *err;
}

void
compare_answer_clear(struct compare_answer *answer)
{
	flight_clear(&answer->flight);
	buf_clear(&answer->certificate);
	answer_init(answer);
}
