/* conn_scene.h - a connection over a transport in memory, without a library
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void
 *	greets(void **state)
 *	{
 *		struct scene *s = *state;
 *
 *		say_hello(s);
 *		assert_int_equal(s->app.opened, 1);
 *	}
 *
 *	const struct CMUnitTest tests[] = { SCENE(greets) };
 */
#ifndef UNIT_CONN_SCENE_H
#define UNIT_CONN_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "conn/conn.h"
#include "fake.h"

extern const struct tls_backend tls_backend_null;

/* ---- a clock, a sink and an application -------------------------------- */

struct still {
	struct clock clock;		/* first */
	uint64_t us;
};

static uint64_t
still_monotonic(const struct clock *clock)
{
	return ((const struct still *)clock)->us;
}

static int64_t
still_wall(const struct clock *clock)
{
	(void)clock;
	return 0;
}

struct seen {
	struct sink sink;		/* first */
	unsigned kinds[EVENT_COUNT];
	enum outcome outcome;
	char opening[16];
	char reason[256];
	const char *backend;
	char server[16];
	uint8_t alert;
};

static void
see(struct sink *sink, const struct event *event)
{
	struct seen *seen = (struct seen *)sink;

	seen->kinds[event->kind]++;
	if (event->kind == EVENT_HANDSHAKE)
		seen->backend = event->from.backend;
	if (event->kind == EVENT_CHOICE && event->choice.server)
		strcpy(seen->server, event->choice.server);
	if (event->kind == EVENT_ALERT)
		seen->alert = event->alert.description;
	if (event->kind == EVENT_CLOSED)
		seen->outcome = event->closed.outcome;
	if (event->kind == EVENT_OPENING)
		strcpy(seen->opening, event->opening.name);
	if (event->kind == EVENT_FAILED)
		strcpy(seen->reason, event->failed.error->text);
}

static void
see_no_more(struct sink *sink)
{
	(void)sink;
}

static const struct sink_ops see_ops = {
	.event = see, .free = see_no_more,
};

struct test_app {
	struct app app;			/* first */
	struct buf got;
	unsigned opened, drained, closed;
	bool park, answer_and_close;
	struct conn *parked;
};

static struct test_app *
app_of(struct conn *conn)
{
	return (struct test_app *)conn_app(conn);
}

static bool
admit(struct conn *conn)
{
	if (!app_of(conn)->park)
		return true;
	app_of(conn)->parked = conn;
	return false;
}

static void
opened(struct conn *conn)
{
	app_of(conn)->opened++;
}

static void
received(struct conn *conn, struct tls_span data)
{
	buf_add_span(&app_of(conn)->got, data);
	if (app_of(conn)->answer_and_close) {
		conn_write(conn, span_of("answer"));
		conn_close(conn);
	}
}

static void
drained(struct conn *conn)
{
	app_of(conn)->drained++;
}

static void
closed(struct conn *conn)
{
	app_of(conn)->closed++;
}

static const struct app_ops test_ops = {
	.name = "test", .admit = admit, .opened = opened,
	.received = received, .drained = drained, .closed = closed,
};

/* ---- a scene ------------------------------------------------------------ */

struct scene {
	struct fake fake;
	struct still still;
	struct seen seen;
	struct test_app app;
	struct plug *plug[2];
	struct tls_backend second;
	struct service service;
	struct service_backend backends[2];
	struct service_server servers[2][2];
	struct tls_server *open[4];
	struct conn_shared shared;
	struct conn_setup setup;
	struct conn_env env;
	struct bus *bus;
	struct conn *conn;
};

/* A connection anew, in the place of one that may be there. */
static void
start(struct scene *s)
{
	while (s->env.conns)
		conn_abort(s->env.conns);
	fake_clear(&s->fake);
	fake_init(&s->fake);
	s->conn = conn_new(&s->env, &s->fake.channel, "::1", 4242);
}

static int
set_up(void **state)
{
	struct scene *s = mem_zero(1, sizeof *s);
	struct tls_error err = TLS_ERROR_INIT;

	s->still.clock.monotonic_us = still_monotonic;
	s->still.clock.wall_us = still_wall;
	s->bus = bus_new(&s->still.clock);
	s->seen.sink.ops = &see_ops;
	s->seen.sink.wants = EVENT_ALL;
	bus_add(s->bus, &s->seen.sink);
	s->second = tls_backend_null;
	s->second.name = "second";
	s->plug[0] = plug_new(&tls_backend_null);
	s->plug[1] = plug_new(&s->second);
	for (int i = 0; i < 2; i++) {
		s->backends[i].plug = s->plug[i];
		s->backends[i].servers = s->servers[i];
		s->backends[i].num_servers = 1;
		for (int j = 0; j < 2; j++) {
			s->servers[i][j].number = (size_t)(2 * i + j);
			s->open[2 * i + j] =
			    s->plug[i]->backend->server_open(
			    &s->servers[i][j].config, &err);
		}
		s->servers[i][1].name = "second.example";
	}
	s->app.app.ops = &test_ops;
	s->service = (struct service){
		.bus = s->bus, .clock = &s->still.clock,
		.limits = { 10000, 60000, 500 },
		.backends = s->backends, .num_backends = 2, .num_servers = 4,
		.verify = { .depth = -1, .most = -1 },
	};
	s->setup = (struct conn_setup){
		.service = &s->service, .servers = s->open,
	};
	s->env = (struct conn_env){
		.setup = &s->setup,
		.app = &s->app.app, .shared = &s->shared,
	};
	conn_env_init(&s->env);
	start(s);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	conn_env_clear(&s->env);
	assert_int_equal(s->env.num_conns, 0);
	for (int i = 0; i < 4; i++)
		s->plug[i / 2]->backend->server_close(s->open[i]);
	plug_free(s->plug[0]);
	plug_free(s->plug[1]);
	bus_free(s->bus);
	fake_clear(&s->fake);
	buf_clear(&s->app.got);
	free(s);
	return 0;
}

static void
ready(struct scene *s, unsigned what)
{
	channel_ready(&s->fake.channel, what);
}

static void
say_hello(struct scene *s)
{
	fake_add_hello(&s->fake.in, "localhost");
	ready(s, CHANNEL_READ);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
