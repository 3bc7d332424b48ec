/* fuzz/fault.c - scripts of faults, and streams that they are done to
 * SPDX-License-Identifier: Apache-2.0
 *
 * The input is a script, a NUL, and a stream.
 */
#include <string.h>

#include "fault/lane.h"
#include "fuzz.h"

/* So many bytes may come of one, and of a stream. */
#define MOST_STREAM	4096
#define MOST_OUT	(1 << 20)

static void
happens(struct lane_user *user, struct lane *lane, struct work *work)
{
	const enum action_id action = work->statement->action;

	(void)user;
	CHECK(work->times > 0);
	CHECK(!work->statement->most ||
	    work->times <= work->statement->most);
	if (action == ACTION_DELAY)
		lane->paused = true;
	else if (actions[action].then != THEN_GOES_ON)
		lane->shut = true;
}

static void
pass_on(struct lane *lane, struct buf *out)
{
	struct tls_span ready = lane_out(lane);

	buf_add_span(out, ready);
	lane_passed(lane, ready.len);
	CHECK(!lane->cut && lane_out(lane).len == 0);
	lane->paused = false;
}

/* Does the faults of connection 1 to a stream that comes in pieces. */
static void
play(const struct fault_script *script, struct tls_span stream, size_t most,
    struct buf *out)
{
	struct lane_user user = { happens };
	struct lane lane;
	size_t known = 0;

	lane_init(&lane, TLS_SENT, &user, script->seed);
	for (size_t i = 0; i < script->num; i++)
		if (conns_have(&script->list[i]->conns, 1, script->seed))
			lane_add(&lane, script->list[i]);
	lane_mark(&lane, FAULT_AT_ACCEPT);
	while (stream.len && !lane.shut && !lane.stalled &&
	    out->len < MOST_OUT) {
		size_t took;

		known += most;
		if (known > stream.len)
			known = stream.len;
		took = lane_take(&lane, (struct tls_span){ stream.data,
		    known });
		CHECK(took <= known);
		pass_on(&lane, out);
		stream.data += took;
		stream.len -= took;
		known -= took;
		if (known == stream.len)
			lane_give_up(&lane);
	}
	lane_finish(&lane);
	pass_on(&lane, out);
	lane_clear(&lane);
}

/* However a stream comes, what comes out is the same. */
static void
check_stream(const struct fault_script *script, struct tls_span stream)
{
	struct buf whole = BUF_INIT, pieces = BUF_INIT;

	if (stream.len > MOST_STREAM)
		stream.len = MOST_STREAM;
	play(script, stream, stream.len, &whole);
	play(script, stream, 7, &pieces);
	if (whole.len < MOST_OUT && pieces.len < MOST_OUT)
		CHECK(span_equal(buf_span(&whole), buf_span(&pieces)));
	buf_clear(&whole);
	buf_clear(&pieces);
}

/* What a script says is said again by the texts of its statements. */
static void
check_script(const struct fault_script *script)
{
	struct fault_script *again = fault_script_new();
	struct tls_error err = TLS_ERROR_INIT;

	CHECK(script->num <= MAX_STATEMENTS);
	for (size_t i = 0; i < script->num; i++) {
		const struct statement *one = script->list[i], *other;

		CHECK(fault_script_add(again, "again", span_of(one->text),
		    &err));
		CHECK(again->num == i + 1);
		other = again->list[i];
		CHECK(one->action == other->action &&
		    one->amount == other->amount &&
		    one->most == other->most &&
		    one->trigger.kind == other->trigger.kind &&
		    one->trigger.n == other->trigger.n);
		CHECK(one->conns.low <= one->conns.high ||
		    one->conns.kind != CONNS_RANGE);
		CHECK(one->trigger.n > 0 ||
		    one->trigger.kind == TRIGGER_MARK ||
		    one->trigger.kind >= TRIGGER_AT_MESSAGE);
	}
	fault_script_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *end = len ? memchr(data, '\0', len) : NULL;
	struct tls_span text = { data, end ? (size_t)(end - data) : len };
	struct tls_span stream = { NULL, 0 };
	struct fault_script *script = fault_script_new();
	struct tls_error err = TLS_ERROR_INIT;

	if (end)
		stream = (struct tls_span){ end + 1, len - text.len - 1 };
	if (!fault_script_add(script, "-fault", text, &err) ||
	    !fault_script_check(script, &err)) {
		CHECK(err.blame == TLS_BLAME_CONFIG);
		CHECK(!strncmp(err.text, "-fault", 6));
	} else {
		check_script(script);
		check_stream(script, stream);
	}
	fault_script_free(script);
	return 0;
}
