/* schema.c - the JSON lines, described as a JSON Schema
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/schema.h"

#include <string.h>

#include "base/buf.h"
#include "compare/compare.h"
#include "event/event.h"

/* A row of shapes.def. */
struct shape {
	enum { OBJECT, MEMBER, MAYBE, WORDS, NARROW } kind;
	const char *name;
	const char *text;	/* meaning, type or words */
	const char *type;	/* NARROW: `text` is the member */
};

static const struct shape shapes[] = {
#define OBJECT(name, meaning)		{ OBJECT, name, meaning, NULL },
#define MEMBER(name, type)		{ MEMBER, name, type, NULL },
#define MAYBE(name, type)		{ MAYBE, name, type, NULL },
#define WORDS(name, words)		{ WORDS, name, words, NULL },
#define NARROW(event, member, type)	{ NARROW, event, member, type },
#include "report/shapes.def"
#define S(id, name)			"|" name
	{ WORDS, "ocsp_step", &(OCSP_STEPS(S))[1], NULL },
#undef S
#undef OBJECT
#undef MEMBER
#undef MAYBE
#undef WORDS
#undef NARROW
};
#define NUM_SHAPES	(sizeof shapes / sizeof *shapes)

/* The types that are no objects, as schemas. */
static const struct {
	const char *name;
	const char *schema;
} simple[] = {
	{ "boolean", "{\"type\":\"boolean\"}" },
	{ "count", "{\"type\":\"integer\",\"minimum\":0}" },
	{ "integer", "{\"type\":\"integer\"}" },
	{ "number16", "{\"type\":\"integer\",\"minimum\":0,"
	    "\"maximum\":65535}" },
	{ "string", "{\"type\":\"string\"}" },
	{ "text", "{\"type\":\"string\",\"pattern\":\"^[ -~]*$\"}" },
	{ "hex", "{\"type\":\"string\","
	    "\"pattern\":\"^([0-9a-f][0-9a-f])*$\"}" },
	{ "secret", "{\"type\":\"string\","
	    "\"pattern\":\"^(redacted|([0-9a-f][0-9a-f])*)$\"}" },
	{ "time", "{\"type\":\"string\",\"pattern\":"
	    "\"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
	    "\\\\.[0-9]{6}Z$\"}" },
	{ "pem", "{\"type\":\"string\","
	    "\"pattern\":\"^-----BEGIN CERTIFICATE-----\\n\"}" },
};

/* ---- types --------------------------------------------------------------- */

static json_t *
reference_to(const char *name, size_t len)
{
	struct buf path = BUF_INIT;
	json_t *value;

	buf_printf(&path, "#/$defs/%.*s", (int)len, name);
	value = json_pack("{s:s}", "$ref", buf_string(&path));
	buf_clear(&path);
	return value;
}

static json_t *
or_null(json_t *schema)
{
	return json_pack("{s:[o,{s:s}]}", "anyOf", schema, "type", "null");
}

/* The schema of a type such as "suite[]?". */
static json_t *
schema_of_type(const char *type)
{
	size_t len = strcspn(type, "[?");
	json_t *schema = reference_to(type, len);

	for (const char *at = type + len; *at;) {
		if (*at == '?') {
			schema = or_null(schema);
			at++;
		} else {
			schema = json_pack("{s:s,s:o}", "type", "array",
			    "items", schema);
			at += strlen("[]");
		}
	}
	return schema;
}

static json_t *
schema_of_words(const char *words)
{
	json_t *list = json_array();

	while (*words) {
		size_t len = strcspn(words, "|");

		json_array_append_new(list, json_stringn(words, len));
		words += len + (words[len] == '|');
	}
	return json_pack("{s:o}", "enum", list);
}

static json_t *
empty_object(const char *meaning)
{
	return json_pack("{s:s,s:s,s:{},s:[],s:b}", "description", meaning,
	    "type", "object", "properties", "required",
	    "additionalProperties", 0);
}

static void
add_member(json_t *object, const char *name, json_t *schema, bool required)
{
	json_object_set_new(json_object_get(object, "properties"), name,
	    schema);
	if (required)
		json_array_append_new(json_object_get(object, "required"),
		    json_string(name));
}

/* What each backend answers has a table of its own. */
static void
add_answer(json_t *all)
{
	static const char *const types[] = {
		[COMPARE_WORD] = "text?",
		[COMPARE_TEXT] = "text?",
		[COMPARE_COUNT] = "count?",
		[COMPARE_VERSION] = "named?",
		[COMPARE_SUITE] = "suite?",
		[COMPARE_GROUP] = "named?",
		[COMPARE_SIGNATURE] = "named?",
		[COMPARE_ALERT] = "alert?",
		[COMPARE_EXTENSIONS] = "named[]?",
		[COMPARE_SIGNATURES] = "named?[]?",
	};
	json_t *names = json_array();

	for (size_t i = 0; i < compare_num_rows; i++) {
		const struct compare_row *row = &compare_rows[i];

		add_member(json_object_get(all, "answer"), row->name,
		    schema_of_type(types[row->kind]), true);
		json_array_append_new(names, json_string(row->name));
	}
	json_object_set_new(all, "answer_member",
	    json_pack("{s:o}", "enum", names));
}

static json_t *
definitions(void)
{
	json_t *all = json_object(), *object = NULL;

	for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
		json_object_set_new(all, simple[i].name,
		    json_loads(simple[i].schema, 0, NULL));
	for (size_t i = 0; i < NUM_SHAPES; i++) {
		const struct shape *shape = &shapes[i];

		if (shape->kind == OBJECT) {
			object = empty_object(shape->text);
			json_object_set_new(all, shape->name, object);
		} else if (shape->kind == WORDS) {
			json_object_set_new(all, shape->name,
			    schema_of_words(shape->text));
		} else if (shape->kind != NARROW) {
			add_member(object, shape->name,
			    schema_of_type(shape->text),
			    shape->kind == MEMBER);
		}
	}
	add_answer(all);
	return all;
}

/* ---- events -------------------------------------------------------------- */

static const char *
type_of(enum field_type type)
{
	switch (type) {
	case FIELD_END:
		break;
	case FIELD_BOOL:
		return "boolean";
	case FIELD_U8:
	case FIELD_U16:
	case FIELD_UINT:
	case FIELD_U64:
	case FIELD_SIZE:
		return "count";
	case FIELD_INT:
		return "integer";
	case FIELD_STRING:
	case FIELD_ESCAPED:
	case FIELD_TEXT:
		return "text?";
	case FIELD_LETTER:
		return "text";
	case FIELD_HEX:
		return "hex";
	case FIELD_SECRET:
		return "secret";
	case FIELD_DIRECTION:
		return "direction";
	case FIELD_STATUS:
		return "status";
	case FIELD_VERSION:
		return "named?";
	case FIELD_ALERT:
		return "alert";
	case FIELD_CONTENT:
		return "content";
	case FIELD_OUTCOME:
		return "outcome";
	case FIELD_OCSP_STEP:
		return "ocsp_step";
	case FIELD_STEP_BLOCKED:
		return "blocked";
	case FIELD_ERROR:
		return "error?";
	case FIELD_HELLO:
		return "hello?";
	case FIELD_CHOICE:
		return "choice?";
	case FIELD_FACTS:
		return "facts?";
	case FIELD_STEP:
		return "step?";
	case FIELD_UNKNOWN:
		return "unknown_suite[]?";
	case FIELD_TABLE:
		return "answer[]";
	}
	return "nothing";
}

static const char *
type_in(enum event_kind kind, const struct field *field)
{
	for (size_t i = 0; i < NUM_SHAPES; i++)
		if (shapes[i].kind == NARROW &&
		    !strcmp(shapes[i].name, event_name(kind)) &&
		    !strcmp(shapes[i].text, field->name))
			return shapes[i].type;
	return type_of(field->type);
}

static json_t *
schema_of_event(enum event_kind kind)
{
	const struct field *field = event_fields(kind);
	json_t *event = empty_object(event_meaning(kind));

	add_member(event, "v", json_pack("{s:i}", "const", EVENTS_VERSION),
	    true);
	add_member(event, "time", schema_of_type("time"), true);
	add_member(event, "event", json_pack("{s:s}", "const",
	    event_name(kind)), true);
	add_member(event, "conn", schema_of_type("count"), true);
	add_member(event, "since_us", schema_of_type("count"), false);
	add_member(event, "backend", schema_of_type("text"), false);
	for (; field->type != FIELD_END; field++)
		add_member(event, field->name, schema_of_type(type_in(kind,
		    field)), true);
	return event;
}

/* The name of the definition of an event. */
static const char *
definition(struct buf *name, enum event_kind kind)
{
	name->len = 0;
	buf_printf(name, "event_%s", event_name(kind));
	return buf_string(name);
}

/* "since_us" belongs to events of a connection. */
static json_t *
rule_of_connections(void)
{
	return json_pack("{s:{s:{s:{s:i}}},s:{s:{s:[s]}},s:{s:[s]}}",
	    "if", "properties", "conn", "const", 0,
	    "then", "not", "required", "since_us",
	    "else", "required", "since_us");
}

json_t *
schema_of_events(void)
{
	json_t *all = definitions(), *names = json_array();
	json_t *rules = json_array();
	struct buf name = BUF_INIT, id = BUF_INIT;
	json_t *schema;

	for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
		const char *event = event_name(kind);

		definition(&name, kind);
		json_object_set_new(all, buf_string(&name),
		    schema_of_event(kind));
		json_array_append_new(names, json_string(event));
		json_array_append_new(rules, json_pack(
		    "{s:{s:{s:{s:s}}},s:o}", "if", "properties", "event",
		    "const", event, "then", reference_to(buf_string(&name),
		    name.len)));
	}
	json_array_append_new(rules, rule_of_connections());
	buf_printf(&id, "urn:polytls:events:%d", EVENTS_SCHEMA);
	schema = json_pack("{s:s,s:s,s:s,s:s,s:{s:{s:o}},s:[s,s],s:o,s:o}",
	    "$schema", "https://json-schema.org/draft/2020-12/schema",
	    "$id", buf_string(&id),
	    "title", "An event of polytls: one line of -json",
	    "type", "object",
	    "properties", "event", "enum", names,
	    "required", "event", "conn",
	    "allOf", rules, "$defs", all);
	buf_clear(&name);
	buf_clear(&id);
	return schema;
}
