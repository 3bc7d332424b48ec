/* check.c - statements that contradict others, or can never happen
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only what is certain is refused.  What depends on the connection, a record
 * that never comes, say, is told at the end.
 */
#include "base/err.h"
#include "fault/script.h"

/* Whether each connection of `some` is one of `all`. */
static bool
covers(const struct conns *all, const struct conns *some)
{
	if (all->kind != some->kind)
		return all->kind == CONNS_RANGE && all->low == 1 &&
		    all->high == UINT64_MAX;
	switch (all->kind) {
	case CONNS_EVERY:
		return some->low % all->low == 0;
	case CONNS_PERCENT:
		return all->low >= some->low;
	default:
		return all->low <= some->low && all->high >= some->high;
	}
}

/* What a trigger counts. */
enum unit {
	UNIT_NOTHING,
	UNIT_BYTES,
	UNIT_RECORDS,
};

/* How many of these have passed when it comes the first time. */
static enum unit
first_place(const struct trigger *trigger, uint64_t *at)
{
	*at = trigger->n;
	switch (trigger->kind) {
	case TRIGGER_AT_BYTE:
	case TRIGGER_EACH_BYTE:
		*at = trigger->n - 1;
		return UNIT_BYTES;
	case TRIGGER_AFTER_BYTE:
	case TRIGGER_EVERY_BYTES:
		return UNIT_BYTES;
	case TRIGGER_AT_RECORD:
	case TRIGGER_EACH_RECORD:
		*at = trigger->n - 1;
		return UNIT_RECORDS;
	case TRIGGER_AFTER_RECORD:
		return UNIT_RECORDS;
	default:
		return UNIT_NOTHING;
	}
}

static bool
same_trigger(const struct trigger *a, const struct trigger *b)
{
	return a->since == b->since && a->kind == b->kind && a->n == b->n &&
	    a->type == b->type && a->message == b->message;
}

/* Whether `b` comes after the mark that `a` is: the marks are in the order in
 * which they come, but a connection may end without a request. */
static bool
follows_mark(const struct statement *a, const struct statement *b)
{
	enum fault_mark mark = a->trigger.since, since = b->trigger.since;

	if (mark == FAULT_AT_REQUEST)
		return since == mark && b->trigger.kind != TRIGGER_MARK;
	return since > mark ||
	    ((mark == FAULT_AT_ACCEPT || since == mark) &&
	    b->trigger.kind != TRIGGER_MARK);
}

/* Whether nothing of `b` is left once `a` has happened: `later` says that it is
 * the later one in the script. */
static bool
is_past(const struct statement *a, const struct statement *b, bool later)
{
	uint64_t at_a, at_b;
	enum unit unit = first_place(&a->trigger, &at_a);

	if (same_trigger(&a->trigger, &b->trigger) &&
	    (a->direction == b->direction ||
	    a->trigger.kind == TRIGGER_MARK))
		return later;
	if (a->trigger.kind == TRIGGER_MARK)
		return follows_mark(a, b);
	if (unit == UNIT_NOTHING || a->direction != b->direction ||
	    a->trigger.since != b->trigger.since ||
	    first_place(&b->trigger, &at_b) != unit ||
	    (a->trigger.type && a->trigger.type != b->trigger.type))
		return false;
	return at_a < at_b;
}

/* Whether `a` ends what `b` needs. */
static bool
ends(const struct statement *a, const struct statement *b)
{
	switch (actions[a->action].then) {
	case THEN_NOTHING:
		return true;
	case THEN_NOT_THIS_WAY:
		return a->direction == b->direction &&
		    actions[b->action].then != THEN_NOTHING;
	default:
		return false;
	}
}

/* Whether `b` changes what `a` has set or taken away at the same place. */
static bool
contradicts(const struct statement *a, const struct statement *b)
{
	if (a->direction != b->direction ||
	    !same_trigger(&a->trigger, &b->trigger))
		return false;
	if (a->action == b->action)
		return a->action == ACTION_RATE || a->action ==
		    ACTION_COALESCE || a->action == ACTION_DROP;
	return (a->action == ACTION_DROP && actions[b->action].needs_unit) ||
	    (b->action == ACTION_DROP && actions[a->action].needs_unit);
}

static bool
refuse(const struct statement *at, const struct statement *other,
    const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "-fault, line %u, column %u: "
	    "\"%.60s\" %s \"%.60s\" (line %u, column %u)", at->place.line,
	    at->place.column, at->text, why, other->text, other->place.line,
	    other->place.column);
}

bool
fault_script_check(struct fault_script *script, struct tls_error *err)
{
	for (size_t i = 0; i < script->num * script->num; i++) {
		const struct statement *a = script->list[i / script->num];
		const struct statement *b = script->list[i % script->num];
		bool later = i % script->num > i / script->num;

		if (a == b || !covers(&a->conns, &b->conns))
			continue;
		if (ends(a, b) && is_past(a, b, later))
			return refuse(b, a, "can never happen because of",
			    err);
		if (later && contradicts(a, b))
			return refuse(b, a, "contradicts", err);
	}
	return true;
}
