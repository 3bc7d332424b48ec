/* script.c - the tables of the language, and scripts as a whole
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/script.h"

#include <stdlib.h>

const struct action actions[ACTION_COUNT] = {
#define ANYWHERE	false
#define UNIT		true
#define ACTION(id, word, argument, where, then, meaning) \
	[ACTION_##id] = { word, ARGUMENT_##argument, where, THEN_##then, \
	    meaning },
#include "fault/actions.def"
#undef ACTION
};

const struct mark marks[FAULT_MARK_COUNT] = {
#define MARK(id, preposition, word, meaning) \
	[FAULT_AT_##id] = { preposition, word, meaning },
#include "fault/marks.def"
#undef MARK
};

/* RFC 8446, 5.1 and B.1; RFC 6520; RFC 9146 */
const struct content contents[] = {
	{ "change_cipher_spec", 20 },
	{ "ccs", 20 },
	{ "alert", 21 },
	{ "handshake", 22 },
	{ "application_data", 23 },
	{ "data", 23 },
	{ "heartbeat", 24 },
	{ NULL, 0 },
};

/* Exactly these have bytes to work on. */
bool
trigger_is_before(const struct trigger *trigger)
{
	return trigger_has_unit(trigger);
}

bool
trigger_has_unit(const struct trigger *trigger)
{
	switch (trigger->kind) {
	case TRIGGER_AT_BYTE:
	case TRIGGER_EACH_BYTE:
	case TRIGGER_AT_RECORD:
	case TRIGGER_EACH_RECORD:
	case TRIGGER_SOME_RECORDS:
	case TRIGGER_AT_MESSAGE:
		return true;
	default:
		return false;
	}
}

bool
trigger_repeats(const struct trigger *trigger)
{
	switch (trigger->kind) {
	case TRIGGER_EACH_BYTE:
	case TRIGGER_EVERY_BYTES:
	case TRIGGER_EACH_RECORD:
	case TRIGGER_SOME_RECORDS:
		return true;
	default:
		return false;
	}
}

/* splitmix64 */
uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t x = a + b * UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

bool
conns_have(const struct conns *conns, uint64_t number, uint64_t seed)
{
	switch (conns->kind) {
	case CONNS_EVERY:
		return number % conns->low == 0;
	case CONNS_PERCENT:
		return mix(seed, number) % 100 < conns->low;
	default:
		return number >= conns->low && number <= conns->high;
	}
}

struct fault_script *
fault_script_new(void)
{
	struct fault_script *script = mem_zero(1, sizeof *script);

	script->seed = 1;
	return script;
}

void
fault_script_free(struct fault_script *script)
{
	if (!script)
		return;
	for (size_t i = 0; i < script->num; i++) {
		free(script->list[i]->text);
		buf_clear(&script->list[i]->bytes);
		free(script->list[i]);
	}
	free(script->list);
	free(script);
}

void
fault_script_tell_idle(const struct fault_script *script, struct bus *bus)
{
	for (size_t i = 0; i < script->num; i++)
		if (!script->list[i]->happened)
			bus_note(bus, NULL, "-fault: never happened: %s",
			    script->list[i]->text);
}
