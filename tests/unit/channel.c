/* channel.c - a socket as a channel, and a channel around another
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/transport.h"
#include "slow.h"

/* ---- a pair of sockets, one of them a channel ---------------------------- */

struct stage {
	struct channel_user user;	/* first */
	struct loop *loop;
	struct channel *channel;	/* the one under test */
	struct channel *socket;		/* the innermost */
	struct slow slow;
	int peer;
	unsigned what;			/* of the last `ready` */
	unsigned calls;
	struct channel_timer timers[3];
	char fired[4];			/* which, in their order */
};

static void
ready(struct channel_user *user, unsigned what)
{
	struct stage *s = (struct stage *)user;

	s->what = what;
	s->calls++;
	event_base_loopbreak(loop_base(s->loop));
}

/* Two ends of a connection over the loopback; the second does not block. */
static void
connect_pair(int ends[2])
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof at;
	int listening = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(listening, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(listening, 1), 0);
	assert_int_equal(getsockname(listening, (struct sockaddr *)&at, &len),
	    0);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(ends[0], (struct sockaddr *)&at, len), 0);
	ends[1] = accept4(listening, NULL, NULL, SOCK_NONBLOCK);
	assert_true(ends[1] >= 0);
	close(listening);
}

static int
set_up(void **state)
{
	struct stage *s = mem_zero(1, sizeof *s);
	struct tls_error err;
	int ends[2];

	connect_pair(ends);
	s->user.ready = ready;
	s->loop = loop_new(false, &err);
	assert_non_null(s->loop);
	s->peer = ends[0];
	s->channel = s->socket = transport_new(s->loop, ends[1]);
	channel_attach(s->channel, &s->user);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	s->channel->ops->close(s->channel);
	loop_free(s->loop);
	if (s->peer >= 0)
		close(s->peer);
	free(s);
	return 0;
}

/* Runs the loop until a callback is made. */
static void
run(struct stage *s)
{
	loop_run(s->loop);
}

static struct stage *
stage_of(struct channel_timer *timer, size_t i)
{
	return (struct stage *)((char *)(timer - i) -
	    offsetof(struct stage, timers));
}

static void
note(struct stage *s, char which)
{
	s->fired[strlen(s->fired)] = which;
	event_base_loopbreak(loop_base(s->loop));
}

static void
fired_a(struct channel_timer *timer)
{
	note(stage_of(timer, 0), 'a');
}

static void
fired_b(struct channel_timer *timer)
{
	note(stage_of(timer, 1), 'b');
}

static uint64_t
now_ms(void)
{
	return clock_system.monotonic_us(&clock_system) / 1000;
}

/* ---- a socket ------------------------------------------------------------ */

static void
moves_bytes_and_counts_them(void **state)
{
	struct stage *s = *state;
	struct tls_io *io = &s->channel->io;
	char got[10];
	size_t done;

	assert_int_equal(io->ops->read(io, (uint8_t *)got, 10, &done),
	    TLS_WANT_READ);
	s->channel->ops->wait(s->channel, CHANNEL_READ, 0);
	assert_int_equal(write(s->peer, "hello", 5), 5);
	run(s);
	assert_int_equal(s->what, CHANNEL_READ);
	assert_int_equal(io->ops->read(io, (uint8_t *)got, 10, &done), TLS_OK);
	assert_int_equal(done, 5);
	s->channel->ops->more(s->channel, true);
	assert_int_equal(io->ops->write(io, (const uint8_t *)"ab", 2, &done),
	    TLS_OK);
	s->channel->ops->more(s->channel, false);
	assert_int_equal(io->ops->write(io, (const uint8_t *)"c", 1, &done),
	    TLS_OK);
	assert_int_equal(recv(s->peer, got, 3, MSG_WAITALL), 3);
	assert_memory_equal(got, "abc", 3);
	assert_int_equal(channel_state(s->channel).received, 5);
	assert_int_equal(channel_state(s->channel).sent, 3);
}

static void
ends_one_side_and_still_reads(void **state)
{
	struct stage *s = *state;
	struct tls_io *io = &s->channel->io;
	char got[10];
	size_t done;

	s->channel->ops->shutdown(s->channel);
	assert_int_equal(read(s->peer, got, 1), 0);
	assert_int_equal(write(s->peer, "bye", 3), 3);
	s->channel->ops->wait(s->channel, CHANNEL_READ, 0);
	run(s);
	assert_int_equal(io->ops->read(io, (uint8_t *)got, 10, &done), TLS_OK);
	assert_int_equal(done, 3);
	assert_false(channel_state(s->channel).ended);
	close(s->peer);
	s->peer = -1;
	run(s);
	assert_int_equal(io->ops->read(io, (uint8_t *)got, 10, &done),
	    TLS_CLOSED);
	assert_true(channel_state(s->channel).ended);
	assert_false(channel_state(s->channel).reset);
}

static void
resets_so_that_the_peer_hears_it(void **state)
{
	struct stage *s = *state;
	struct tls_io *io = &s->channel->io;
	char got[10];
	size_t done;

	s->channel->ops->wait(s->channel, CHANNEL_READ, 0);
	s->channel->ops->reset(s->channel);
	assert_int_equal(read(s->peer, got, 1), -1);
	assert_int_equal(errno, ECONNRESET);
	assert_true(channel_state(s->channel).reset);
	assert_int_equal(channel_state(s->channel).error, ECONNRESET);
	assert_int_equal(io->ops->read(io, (uint8_t *)got, 10, &done),
	    TLS_FAILED);
	assert_int_equal(io->ops->write(io, (const uint8_t *)"c", 1, &done),
	    TLS_FAILED);
	/* Its user can still be woken, and call everything once more. */
	s->channel->ops->reset(s->channel);
	s->channel->ops->shutdown(s->channel);
	s->channel->ops->soon(s->channel);
	run(s);
	assert_int_equal(s->what, CHANNEL_READ);
	s->channel->ops->wait(s->channel, CHANNEL_READ, 1);
	run(s);
	assert_int_equal(s->what, CHANNEL_TIMEOUT);
}

static void
hears_the_reset_of_its_peer(void **state)
{
	struct stage *s = *state;
	const struct linger at_once = { 1, 0 };
	struct tls_io *io = &s->channel->io;
	uint8_t byte;
	size_t done;

	setsockopt(s->peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(s->peer);
	s->peer = -1;
	s->channel->ops->wait(s->channel, CHANNEL_READ, 0);
	run(s);
	assert_int_equal(io->ops->read(io, &byte, 1, &done), TLS_FAILED);
	assert_true(channel_state(s->channel).reset);
	assert_int_equal(channel_state(s->channel).error, ECONNRESET);
}

static void
wakes_whatever_is_waited_for(void **state)
{
	struct stage *s = *state;
	const struct channel_ops *ops = s->channel->ops;
	uint64_t before = now_ms();

	s->timers[0].fired = fired_a;
	s->timers[1].fired = fired_b;
	ops->wait(s->channel, CHANNEL_READ, 10000);
	/* The one that was asked for later comes first. */
	ops->wake(s->channel, &s->timers[0], 40);
	ops->wake(s->channel, &s->timers[1], 15);
	run(s);
	assert_string_equal(s->fired, "b");
	assert_true(now_ms() - before >= 14);
	assert_null(s->timers[1].alarm);
	assert_non_null(s->timers[0].alarm);
	run(s);
	assert_string_equal(s->fired, "ba");
	assert_true(now_ms() - before >= 39);
	assert_int_equal(s->calls, 0);
	/* What was waited for still is. */
	assert_int_equal(write(s->peer, "x", 1), 1);
	run(s);
	assert_int_equal(s->what, CHANNEL_READ);
	assert_string_equal(s->fired, "ba");
}

static void
takes_a_timer_back(void **state)
{
	struct stage *s = *state;
	const struct channel_ops *ops = s->channel->ops;

	s->timers[0].fired = fired_a;
	s->timers[1].fired = fired_b;
	ops->wake(s->channel, &s->timers[0], 1);
	ops->wake(s->channel, &s->timers[0], 0);
	assert_null(s->timers[0].alarm);
	/* And puts it off. */
	ops->wake(s->channel, &s->timers[1], 1);
	ops->wake(s->channel, &s->timers[1], 60000);
	ops->wait(s->channel, 0, 20);
	run(s);
	assert_int_equal(s->what, CHANNEL_TIMEOUT);
	assert_string_equal(s->fired, "");
	ops->wake(s->channel, &s->timers[1], 0);
}

/* ---- one around another ------------------------------------------------- */

static void
wrap(struct stage *s, size_t most, unsigned delay_ms)
{
	slow_init(&s->slow, s->socket, most, delay_ms);
	s->channel = &s->slow.channel;
	channel_attach(s->channel, &s->user);
}

static void
a_wrapper_splits(void **state)
{
	struct stage *s = *state;
	struct tls_io *io;
	char got[10];
	size_t done;

	wrap(s, 3, 1);
	io = &s->channel->io;
	assert_int_equal(io->ops->write(io, (const uint8_t *)"hello", 5,
	    &done), TLS_OK);
	assert_int_equal(done, 3);
	assert_int_equal(write(s->peer, "answer", 6), 6);
	s->channel->ops->wait(s->channel, CHANNEL_READ, 0);
	run(s);
	assert_int_equal(io->ops->read(io, (uint8_t *)got, 10, &done), TLS_OK);
	assert_int_equal(done, 3);
	assert_memory_equal(got, "ans", 3);
	assert_int_equal(channel_state(s->channel).received, 3);
	assert_int_equal(channel_state(s->channel).sent, 3);
}

static void
a_wrapper_delays(void **state)
{
	struct stage *s = *state;
	uint64_t before = now_ms();

	wrap(s, 3, 20);
	s->timers[0].fired = fired_a;
	s->channel->ops->wait(s->channel, CHANNEL_READ, 0);
	/* Its own timer is not its user's, which runs meanwhile. */
	s->channel->ops->wake(s->channel, &s->timers[0], 5);
	assert_int_equal(write(s->peer, "x", 1), 1);
	run(s);
	assert_string_equal(s->fired, "a");
	assert_int_equal(s->calls, 0);
	run(s);
	assert_int_equal(s->what, CHANNEL_READ);
	assert_true(now_ms() - before >= 19);
}

static void
a_wrapper_passes_the_rest_on(void **state)
{
	struct stage *s = *state;
	char byte;

	wrap(s, 3, 1);
	s->channel->ops->wait(s->channel, 0, 5);
	run(s);
	assert_int_equal(s->what, CHANNEL_TIMEOUT);
	s->channel->ops->reset(s->channel);
	assert_true(channel_state(s->channel).reset);
	assert_int_equal(read(s->peer, &byte, 1), -1);
	assert_int_equal(errno, ECONNRESET);
}

/* epoll refuses a regular file, as it refuses everything when the kernel has no
 * memory for it. */
static void
is_broken_if_it_cannot_be_watched(void **state)
{
	struct stage *s = *state;
	FILE *file = tmpfile();
	struct channel *channel;
	uint8_t byte;
	size_t done;

	assert_non_null(file);
	channel = transport_new(s->loop, dup(fileno(file)));
	channel_attach(channel, &s->user);
	channel->ops->wait(channel, CHANNEL_READ, 10000);
	assert_int_equal(s->calls, 0);
	run(s);
	assert_int_equal(s->what, CHANNEL_READ);
	assert_int_equal(channel->io.ops->read(&channel->io, &byte, 1, &done),
	    TLS_FAILED);
	assert_true(channel_state(channel).reset);
	assert_int_equal(channel_state(channel).error, EPERM);
	channel->ops->close(channel);
	fclose(file);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(moves_bytes_and_counts_them),
		SCENE(ends_one_side_and_still_reads),
		SCENE(resets_so_that_the_peer_hears_it),
		SCENE(hears_the_reset_of_its_peer),
		SCENE(wakes_whatever_is_waited_for),
		SCENE(takes_a_timer_back),
		SCENE(a_wrapper_splits),
		SCENE(a_wrapper_delays),
		SCENE(a_wrapper_passes_the_rest_on),
		SCENE(is_broken_if_it_cannot_be_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
