/* fourth.c - a backend of somebody else's, and how it can go wrong
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Built by tests/e2e/test_modules.py against the headers as they are installed.
 * It passes bytes through and calls that TLS 1.2.  What is defined on the
 * compiler's command line makes it wrong in one way:
 *
 *	SIZE, NUM_FEATURES, ABI	another number in the head
 *	NAME, SYMBOL		another name in the head, or of the constant
 *	LACKS_READ		without a member that everyone must have
 *	CLAIMS_KEY_UPDATE	says that it can, and has no function for it
 *	SAYS_NOTHING		leaves a feature unanswered
 *	START_FAILS, PROBE_FAILS
 *	HANGS_IN_START, HANGS_IN_PROBE, HANGS_IN_ANSWER, HANGS_IN_SUITES
 *	HANGS_IN_HANDSHAKE
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tls_backend.h>

#ifndef SIZE
#define SIZE		sizeof(struct tls_backend)
#endif
#ifndef NUM_FEATURES
#define NUM_FEATURES	TLS_FEATURE_COUNT
#endif
#ifndef ABI
#define ABI		TLS_BACKEND_ABI
#endif
#ifndef NAME
#define NAME		"fourth"
#endif
#ifndef SYMBOL
#define SYMBOL		tls_backend_fourth
#endif

#ifdef HANGS_IN_START
#define IN_START	for (;;) pause();
#else
#define IN_START
#endif
#ifdef HANGS_IN_PROBE
#define IN_PROBE	for (;;) pause();
#else
#define IN_PROBE
#endif
#ifdef HANGS_IN_ANSWER
#define IN_ANSWER	for (;;) pause();
#else
#define IN_ANSWER
#endif
#ifdef HANGS_IN_SUITES
#define IN_SUITES	for (;;) pause();
#else
#define IN_SUITES
#endif
#ifdef HANGS_IN_HANDSHAKE
#define IN_HANDSHAKE	for (;;) pause();
#else
#define IN_HANDSHAKE
#endif

struct tls_probe {
	int unused;
};

struct tls_server {
	const struct tls_config *config;
};

struct tls_session {
	struct tls_io *io;
};

static bool
fail(struct tls_error *err, enum tls_blame blame, const char *text)
{
	err->blame = blame;
	snprintf(err->text, sizeof err->text, "%s", text);
	return false;
}

static void
about(struct tls_about *out)
{
	*out = (struct tls_about){
		.library = "Fourth", .built = "4.0", .running = "4.1",
		.file = "",
	};
}

static bool
start(struct tls_error *err)
{
	IN_START
#ifdef START_FAILS
	return fail(err, TLS_BLAME_LIBRARY, "the fourth library is tired");
#else
	(void)err;
	return true;
#endif
}

/* There is one, since nothing is kept in it. */
static struct tls_probe the_probe;

static struct tls_probe *
probe_open(struct tls_error *err)
{
	IN_PROBE
#ifdef PROBE_FAILS
	fail(err, TLS_BLAME_LIBRARY, "the fourth library has no memory left");
	if (err->text[0])
		return NULL;
#endif
	(void)err;
	return &the_probe;
}

static void
probe_close(struct tls_probe *probe)
{
	(void)probe;
}

static struct tls_answer
answer(struct tls_probe *probe, enum tls_feature feature)
{
	(void)probe;
	IN_ANSWER
#ifdef SAYS_NOTHING
	if (feature == TLS_FEATURE_ALPN)
		return (struct tls_answer){ TLS_SUPPORT_UNANSWERED, NULL };
#endif
#ifdef CLAIMS_KEY_UPDATE
	if (feature == TLS_FEATURE_KEY_UPDATE)
		return (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
#endif
	if (feature == TLS_FEATURE_TLS1_2 || feature == TLS_FEATURE_KEY_ECDSA ||
	    feature == TLS_FEATURE_RANDOM_SEED)
		return (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
	return (struct tls_answer){ TLS_SUPPORT_NONE,
	    "the fourth library never learned it" };
}

static size_t
suites(uint16_t *out, size_t room)
{
	IN_SUITES
	if (room > 0)
		out[0] = 0xc02b;
	return 1;
}

static size_t
groups(uint16_t *out, size_t room)
{
	if (room > 0)
		out[0] = 23;
	return 1;
}

static size_t
signatures(uint16_t *out, size_t room)
{
	if (room > 0)
		out[0] = 0x0403;
	return 1;
}

static struct tls_server *
server_open(const struct tls_config *config, struct tls_error *err)
{
	struct tls_server *server = calloc(1, sizeof *server);

	if (server)
		server->config = config;
	else
		fail(err, TLS_BLAME_LIBRARY, "out of memory");
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

	(void)server;
	(void)hello;
	(void)choice;
	(void)host;
	if (session)
		session->io = io;
	else
		fail(err, TLS_BLAME_LIBRARY, "out of memory");
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
	(void)session;
	(void)err;
	IN_HANDSHAKE
	return TLS_OK;
}

static enum tls_status
read_plain(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status = session->io->ops->read(session->io, buf, len,
	    done);

	if (status == TLS_FAILED)
		fail(err, TLS_BLAME_NETWORK, "the transport broke");
	return status;
}

static enum tls_status
write_plain(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status = session->io->ops->write(session->io, buf,
	    len, done);

	if (status == TLS_FAILED)
		fail(err, TLS_BLAME_NETWORK, "the transport broke");
	return status;
}

static enum tls_status
goodbye(struct tls_session *session, struct tls_error *err)
{
	(void)session;
	(void)err;
	return TLS_OK;
}

static void
facts(struct tls_session *session, struct tls_facts *out)
{
	(void)session;
	*out = (struct tls_facts){ .version = TLS_VERSION_1_2 };
}

static bool
seed(struct tls_server *server, struct tls_span bytes, struct tls_error *err)
{
	(void)server;
#ifdef SEED_FAILS
	err->blame = TLS_BLAME_LIBRARY;
	snprintf(err->text, sizeof err->text, "no room for %zu bytes",
	    bytes.len);
	return false;
#else
	(void)bytes;
	(void)err;
	return true;
#endif
}

const struct tls_backend SYMBOL = {
	.abi = ABI, .size = SIZE, .name = NAME, .num_features = NUM_FEATURES,
	.about = about,
	.start = start,
	.probe_open = probe_open,
	.probe_close = probe_close,
	.answer = answer,
	.suites = suites,
	.groups = groups,
	.signatures = signatures,
	.server_open = server_open,
	.server_close = server_close,
	.session_open = session_open,
	.session_close = session_close,
	.handshake = handshake,
#ifdef LACKS_READ
	.read = 0 ? read_plain : NULL,
#else
	.read = read_plain,
#endif
	.write = write_plain,
	.goodbye = goodbye,
	.facts = facts,
	.seed = seed,
};
