/* report/json.c - the fields of an event as JSON values
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 */
#include "report/json.h"

#include "names/names.h"

static json_t *
json_of_status(enum tls_status status)
{
	static const char *const names[] = {
		[TLS_OK] = "ok",
		[TLS_WANT_READ] = "want_read",
		[TLS_WANT_WRITE] = "want_write",
		[TLS_CLOSED] = "closed",
		[TLS_UNSUPPORTED] = "unsupported",
		[TLS_FAILED] = "failed",
	};

	return json_string(names[status]);
}

static json_t *
json_of_content(uint8_t number)
{
	return json_pack("{s:i,s:o}", "number", number,
	    "name", json_of_words(name_of_content(number)));
}

static json_t *
json_of_secret(struct tls_span secret, bool secrets)
{
	return secrets ? json_of_hex(secret) : json_string("redacted");
}

/* The member at `offset`, as type `type`. */
#define AT(type)	(*(const type *)(const void *)at)

static json_t *
value_of(const struct field *field, const uint8_t *at, bool secrets)
{
	switch (field->type) {
	case FIELD_END:
		break;
	case FIELD_BOOL:
		return json_boolean(AT(bool));
	case FIELD_U8:
		return json_integer(AT(uint8_t));
	case FIELD_U16:
		return json_integer(AT(uint16_t));
	case FIELD_UINT:
		return json_integer(AT(unsigned));
	case FIELD_INT:
		return json_integer(AT(int));
	case FIELD_U64:
		return json_integer((json_int_t)AT(uint64_t));
	case FIELD_SIZE:
		return json_integer((json_int_t)AT(size_t));
	case FIELD_STRING:
		return json_of_words(AT(char *));
	case FIELD_ESCAPED:
		return AT(char *) ? json_string(AT(char *)) : json_null();
	case FIELD_LETTER:
		return json_of_span((struct tls_span){ at, 1 });
	case FIELD_TEXT:
		return json_of_span(AT(struct tls_span));
	case FIELD_HEX:
		return json_of_hex(AT(struct tls_span));
	case FIELD_SECRET:
		return json_of_secret(AT(struct tls_span), secrets);
	case FIELD_DIRECTION:
		return json_string(AT(enum tls_direction) == TLS_SENT ?
		    "sent" : "received");
	case FIELD_STATUS:
		return json_of_status(AT(enum tls_status));
	case FIELD_VERSION:
		return json_of_version(AT(uint16_t));
	case FIELD_ALERT:
		return json_of_alert(AT(uint8_t));
	case FIELD_CONTENT:
		return json_of_content(AT(uint8_t));
	case FIELD_OUTCOME:
		return json_string(outcome_name(AT(enum outcome)));
	case FIELD_OCSP_STEP:
		return json_string(ocsp_step_name(AT(enum ocsp_step)));
	case FIELD_STEP_BLOCKED:
		return json_string(step_blocked_name(AT(enum step_blocked)));
	case FIELD_ERROR:
		return json_of_error(AT(struct tls_error *));
	case FIELD_HELLO:
		return json_of_hello(AT(struct tls_hello *));
	case FIELD_CHOICE:
		return json_of_choice(AT(struct tls_choice *));
	case FIELD_FACTS:
		return json_of_facts(AT(struct tls_facts *));
	case FIELD_STEP:
		return json_of_step(AT(struct tls_verify_step *));
	case FIELD_TABLE:
		return json_of_table(AT(struct compare_table *));
	case FIELD_UNKNOWN:
		return json_of_unknown((const struct event *)
		    (const void *)at);
	}
	return json_null();
}

void
json_add_fields(json_t *object, const struct event *event, bool secrets)
{
	const struct field *field = event_fields(event->kind);

	for (; field->type != FIELD_END; field++) {
		const uint8_t *at = (const uint8_t *)event + field->offset;

		json_object_set_new(object, field->name,
		    value_of(field, at, secrets));
	}
}

static int
put(const char *text, size_t len, void *user)
{
	buf_add(user, text, len);
	return 0;
}

void
json_add(struct buf *out, const json_t *value, unsigned indent)
{
	size_t flags = indent ? JSON_INDENT(indent) : JSON_COMPACT;

	json_dump_callback(value, put, out, flags | JSON_ENSURE_ASCII);
}
