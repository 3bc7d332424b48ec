/* fault/script.h - a script of faults, parsed; for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	for (size_t i = 0; i < script->num; i++)
 *		puts(script->list[i]->text);
 */
#ifndef FAULT_SCRIPT_H
#define FAULT_SCRIPT_H

#include <stdatomic.h>

#include "base/buf.h"
#include "fault/fault.h"

/* Limits of a script: bytes, statements; and of what it says. */
#define MAX_TEXT	65536
#define MAX_STATEMENTS	256
#define MAX_NUMBER	UINT64_C(1000000000000)
#define MAX_MS		86400000u
#define MAX_INJECTED	65536
#define MAX_RATE	UINT64_C(10000000000)

enum action_id {
#define ACTION(id, word, argument, where, then, meaning) ACTION_##id,
#include "fault/actions.def"
#undef ACTION
	ACTION_COUNT
};

enum action_argument {
	ARGUMENT_NONE,
	ARGUMENT_TIME,
	ARGUMENT_RATE,
	ARGUMENT_FLIP,
	ARGUMENT_INJECT,
};

enum action_then {
	THEN_GOES_ON,
	THEN_NOT_THIS_WAY,
	THEN_NOTHING,
};

struct action {
	const char *word;
	enum action_argument argument;
	bool needs_unit;
	enum action_then then;
	const char *meaning;
};

extern const struct action actions[ACTION_COUNT];

struct mark {
	const char *preposition, *word, *meaning;
};

extern const struct mark marks[FAULT_MARK_COUNT];

/* A name for a set of records on the wire. */
struct content {
	const char *word;
	uint8_t type;			/* 0: any */
};

/* Ends with a null word. */
extern const struct content contents[];

/* A place in the text of a script. */
struct place {
	unsigned line, column;		/* from 1 on */
};

enum trigger_kind {
	TRIGGER_MARK,			/* `since` itself */
	TRIGGER_AT_BYTE,		/* before byte n */
	TRIGGER_AFTER_BYTE,
	TRIGGER_EACH_BYTE,		/* before every nth byte */
	TRIGGER_EVERY_BYTES,		/* after n more bytes, again and
					 * again */
	TRIGGER_AT_RECORD,		/* before record n */
	TRIGGER_AFTER_RECORD,
	TRIGGER_EACH_RECORD,		/* before every nth record */
	TRIGGER_SOME_RECORDS,		/* before n percent of the records */
	TRIGGER_AT_MESSAGE,		/* before a record that begins with
					 * it */
	TRIGGER_AFTER_MESSAGE,
};

struct trigger {
	enum fault_mark since;		/* counting begins there */
	enum trigger_kind kind;
	uint64_t n;
	uint8_t type;			/* of records; 0: any */
	uint8_t message;		/* HandshakeType */
	struct place place;
};

enum conns_kind {
	CONNS_RANGE,			/* low to high */
	CONNS_EVERY,			/* every lowth */
	CONNS_PERCENT,			/* low percent */
};

struct conns {
	enum conns_kind kind;
	uint64_t low, high;
};

struct statement {
	struct place place;
	char *text;			/* owned: without comments */
	struct conns conns;
	enum tls_direction direction;
	struct trigger trigger;
	enum action_id action;
	uint64_t amount;		/* milliseconds, bytes a second */
	uint64_t byte;			/* of FLIP: from 1 on; 0: the last */
	unsigned bit;
	struct buf bytes;		/* of INJECT */
	uint64_t most;			/* times on a connection; 0: always */
	_Atomic uint64_t happened;	/* on all connections */
};

struct fault_script {
	struct statement **list;	/* owned, each for itself */
	size_t num;
	uint64_t seed;
};

/* Whether the trigger has bytes to work on: a record or a byte. */
bool trigger_has_unit(const struct trigger *trigger);
/* Whether it comes before the bytes that it names. */
bool trigger_is_before(const struct trigger *trigger);
/* Whether it can come more than once on a connection. */
bool trigger_repeats(const struct trigger *trigger);

/* Whether connection `number` is one of `conns`. */
bool conns_have(const struct conns *conns, uint64_t number, uint64_t seed);

/* A number that depends on both, and looks random. */
uint64_t mix(uint64_t a, uint64_t b);

#endif
