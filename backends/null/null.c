/* null.c - the smallest whole backend: bytes pass through, nothing is TLS
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The worked example of tls_backend.h and the tests' double.  A new backend
 * starts as a copy of this file; backends/README has the ten steps.
 */
#include "tls_backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_server {
	const struct tls_config *config;	/* borrowed */
};

struct tls_session {
	struct tls_server *server;		/* borrowed */
	struct tls_io *io;			/* borrowed */
	struct tls_host *host;			/* borrowed */
	bool greeted;
};

static void
about(struct tls_about *out)
{
	*out = (struct tls_about){
		.library = "none", .built = "1", .running = "1", .file = "",
	};
}

static bool
start(struct tls_error *err)
{
	(void)err;
	return true;		/* there is no library to start */
}

/* Nothing is tried here, so nothing is kept. */
struct tls_probe {
	int unused;
};

static struct tls_probe *
probe_open(struct tls_error *err)
{
	struct tls_probe *probe = calloc(1, sizeof *probe);

	if (!probe) {
		err->blame = TLS_BLAME_LIBRARY;
		snprintf(err->text, sizeof err->text, "out of memory");
	}
	return probe;
}

static void
probe_close(struct tls_probe *probe)
{
	free(probe);
}

static struct tls_answer
answer(struct tls_probe *probe, enum tls_feature feature)
{
	(void)probe;
	if (feature == TLS_FEATURE_HELLO_FRAGMENTS ||
	    feature == TLS_FEATURE_SURVIVES_FORK)
		return (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
	return (struct tls_answer){ TLS_SUPPORT_NONE,
	    "the null backend passes bytes through" };
}

static size_t
suites(uint16_t *out, size_t room)
{
	if (room > 0)
		out[0] = 0x0000;	/* TLS_NULL_WITH_NULL_NULL */
	return 1;
}

static size_t
no_numbers(uint16_t *out, size_t room)
{
	(void)out;
	(void)room;
	return 0;
}

static struct tls_server *
server_open(const struct tls_config *config, struct tls_error *err)
{
	struct tls_server *server = calloc(1, sizeof *server);

	if (!server) {
		err->blame = TLS_BLAME_LIBRARY;
		snprintf(err->text, sizeof err->text, "out of memory");
		return NULL;
	}
	server->config = config;
	return server;
}

static void
server_close(struct tls_server *server)
{
	free(server);
}

static struct tls_session *
session_open(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io, struct tls_host *host,
    struct tls_error *err)
{
	struct tls_session *session = calloc(1, sizeof *session);

	(void)hello;
	(void)choice;
	if (!session) {
		err->blame = TLS_BLAME_LIBRARY;
		snprintf(err->text, sizeof err->text, "out of memory");
		return NULL;
	}
	session->server = server;
	session->io = io;
	session->host = host;
	return session;
}

static void
session_close(struct tls_session *session)
{
	free(session);
}

static enum tls_status
handshake(struct tls_session *session, struct tls_error *err)
{
	static const struct tls_state done = { .kind = TLS_STATE_DONE };

	(void)err;
	if (!session->greeted && session->host->wants & TLS_WANTS_STATES)
		session->host->ops->state(session->host, &done);
	session->greeted = true;
	return TLS_OK;
}

static enum tls_status
broken(struct tls_error *err)
{
	err->blame = TLS_BLAME_NETWORK;
	snprintf(err->text, sizeof err->text, "the transport broke");
	return TLS_FAILED;
}

static enum tls_status
read_plain(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	struct tls_io *io = session->io;
	enum tls_status status = io->ops->read(io, buf, len, done);

	return status == TLS_FAILED ? broken(err) : status;
}

static enum tls_status
write_plain(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	struct tls_io *io = session->io;
	enum tls_status status = io->ops->write(io, buf, len, done);

	return status == TLS_FAILED ? broken(err) : status;
}

static enum tls_status
goodbye(struct tls_session *session, struct tls_error *err)
{
	(void)session;
	(void)err;
	return TLS_OK;		/* the end of the stream says it */
}

static void
facts(struct tls_session *session, struct tls_facts *out)
{
	(void)session;
	memset(out, 0, sizeof *out);
	out->identity = -1;
}

const struct tls_backend tls_backend_null = {
	TLS_BACKEND_HEAD("null"),
	.about = about,
	.start = start,
	.probe_open = probe_open,
	.probe_close = probe_close,
	.answer = answer,
	.suites = suites,
	.groups = no_numbers,
	.signatures = no_numbers,
	.server_open = server_open,
	.server_close = server_close,
	.session_open = session_open,
	.session_close = session_close,
	.handshake = handshake,
	.read = read_plain,
	.write = write_plain,
	.goodbye = goodbye,
	.facts = facts,
};
