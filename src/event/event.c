/* event/event.c - names and shapes of events
 * SPDX-License-Identifier: Apache-2.0
 */
#include "event/event.h"

const char *
event_name(enum event_kind kind)
{
	static const char *const names[] = {
#define E(id, name, meaning) [EVENT_##id] = (name),
		EVENTS(E)
#undef E
	};

	return names[kind];
}

const char *
event_meaning(enum event_kind kind)
{
	static const char *const meanings[] = {
#define E(id, name, meaning) [EVENT_##id] = (meaning),
		EVENTS(E)
#undef E
	};

	return meanings[kind];
}

const char *
outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_CLEAN] = "clean",
		[OUTCOME_TRUNCATED] = "truncated",
		[OUTCOME_RESET] = "reset",
		[OUTCOME_CLOSED_HERE] = "closed_here",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_TIMEOUT] = "timeout",
	};

	return names[outcome];
}

const char *
ocsp_step_name(enum ocsp_step step)
{
	static const char *const names[] = {
#define S(id, name) [OCSP_##id] = (name),
		OCSP_STEPS(S)
#undef S
	};

	return names[step];
}

const char *
step_blocked_name(enum step_blocked step)
{
	static const char *const names[] = {
		[BLOCKED_HANDSHAKE] = "handshake",
		[BLOCKED_READ] = "read",
		[BLOCKED_WRITE] = "write",
	};

	return names[step];
}

/* F(type, name in JSON, member) */
#define F(type, name, member) \
	{ (name), FIELD_##type, offsetof(struct event, member) }
#define END	{ NULL, FIELD_END, 0 }

static const struct field shapes[EVENT_COUNT][EVENT_MAX_FIELDS] = {
	[EVENT_START] = {
		F(STRING, "version", start.version),
		F(STRING, "command_line", start.command_line),
		F(UINT, "schema", start.schema), END },
	[EVENT_LISTENING] = {
		F(STRING, "host", listening.host),
		F(UINT, "port", listening.port),
		F(BOOL, "any_port", listening.any_port), END },
	[EVENT_ACCEPTED] = {
		F(STRING, "host", accepted.host),
		F(UINT, "port", accepted.port), END },
	[EVENT_OPENING] = {
		F(STRING, "opening", opening.name),
		F(HEX, "bytes", opening.bytes), END },
	[EVENT_HELLO] = {
		F(HELLO, "hello", hello.hello), END },
	[EVENT_CHOICE] = {
		F(CHOICE, "choice", choice.choice),
		F(STRING, "server", choice.server),
		F(BOOL, "coalesced", choice.coalesced), END },
	[EVENT_SHADOW] = {
		F(TABLE, "columns", shadow.table),
		F(U64, "dropped", shadow.dropped), END },
	[EVENT_OCSP] = {
		F(OCSP_STEP, "step", ocsp.step),
		F(INT, "identity", ocsp.identity),
		F(TEXT, "url", ocsp.url),
		F(ERROR, "error", ocsp.error),
		F(STRING, "verdict", ocsp.verdict),
		F(HEX, "response", ocsp.response), END },
	[EVENT_WIRE] = {
		F(DIRECTION, "direction", wire.direction),
		F(SIZE, "asked", wire.asked),
		F(STATUS, "status", wire.status),
		F(HEX, "bytes", wire.bytes), END },
	[EVENT_SHUT] = {
		F(DIRECTION, "direction", shut.direction),
		F(BOOL, "reset", shut.reset), END },
	[EVENT_RECORD] = {
		F(DIRECTION, "direction", record.direction),
		F(CONTENT, "type", record.type),
		F(VERSION, "version", record.version),
		F(U16, "len", record.len),
		F(HEX, "header", record.header), END },
	[EVENT_MESSAGE] = {
		F(DIRECTION, "direction", message.direction),
		F(VERSION, "version", message.version),
		F(CONTENT, "type", message.content_type),
		F(HEX, "body", message.body), END },
	[EVENT_ALERT] = {
		F(DIRECTION, "direction", alert.direction),
		F(U8, "level", alert.level),
		F(ALERT, "description", alert.description), END },
	[EVENT_STATE] = {
		F(STRING, "state", state.name), END },
	[EVENT_SECRET] = {
		F(STRING, "label", secret.label),
		F(HEX, "client_random", secret.client_random),
		F(SECRET, "secret", secret.secret), END },
	[EVENT_VERIFY] = {
		F(STEP, "step", verify.step),
		F(BOOL, "accepted", verify.accepted), END },
	[EVENT_PSK] = {
		F(TEXT, "identity", psk.identity),
		F(TEXT, "expected", psk.expected),
		F(BOOL, "accepted", psk.accepted), END },
	[EVENT_HANDSHAKE] = {
		F(FACTS, "facts", handshake.facts),
		F(UNKNOWN, "unknown_suites", kind),
		F(BOOL, "again", handshake.again), END },
	[EVENT_FAILED] = {
		F(ERROR, "error", failed.error),
		F(BOOL, "handshaking", failed.handshaking),
		F(INT, "verify_error", failed.verify_error),
		F(STRING, "reason", failed.reason),
		F(STEP, "refused", failed.refused),
		F(ESCAPED, "explanation", failed.explanation), END },
	[EVENT_COMMAND] = {
		F(LETTER, "letter", command.letter),
		F(STATUS, "status", command.status),
		F(ERROR, "error", command.error), END },
	[EVENT_DATA] = {
		F(DIRECTION, "direction", data.direction),
		F(TEXT, "text", data.bytes), END },
	[EVENT_REQUEST] = {
		F(TEXT, "method", request.method),
		F(TEXT, "target", request.target),
		F(INT, "status", request.status),
		F(U64, "len", request.len),
		F(STRING, "file", request.file), END },
	[EVENT_FAULT] = {
		F(STRING, "statement", fault.text),
		F(STRING, "action", fault.action),
		F(DIRECTION, "direction", fault.direction),
		F(U64, "bytes", fault.bytes),
		F(U64, "records", fault.records),
		F(U64, "times", fault.times), END },
	[EVENT_BLOCKED] = {
		F(STEP_BLOCKED, "step", blocked.step), END },
	[EVENT_ENDING] = {
		F(BOOL, "by_peer", ending.by_peer), END },
	[EVENT_CLOSED] = {
		F(OUTCOME, "outcome", closed.outcome),
		F(U64, "received", closed.received),
		F(U64, "sent", closed.sent), END },
	[EVENT_MISMATCH] = {
		F(STRING, "key", mismatch.key),
		F(STRING, "expected", mismatch.expected),
		F(STRING, "seen", mismatch.seen), END },
	[EVENT_RELOADED] = {
		F(ERROR, "error", reloaded.error), END },
	[EVENT_LOST] = {
		F(U64, "count", lost.count), END },
	[EVENT_NOTE] = {
		F(STRING, "text", note.text), END },
	[EVENT_STATISTICS] = {
		F(U64, "cached", statistics.cached),
		F(U64, "connects", statistics.connects),
		F(U64, "connect_renegotiates",
		    statistics.connect_renegotiates),
		F(U64, "connects_good", statistics.connects_good),
		F(U64, "accepts", statistics.accepts),
		F(U64, "renegotiates", statistics.renegotiates),
		F(U64, "accepts_good", statistics.accepts_good),
		F(U64, "hits", statistics.hits),
		F(U64, "misses", statistics.misses),
		F(U64, "timeouts", statistics.timeouts),
		F(U64, "callback_hits", statistics.callback_hits),
		F(U64, "overflows", statistics.overflows),
		F(U64, "room", statistics.room), END },
	[EVENT_STOP] = {
		F(INT, "status", stop.status), END },
};

const struct field *
event_fields(enum event_kind kind)
{
	return shapes[kind];
}
