/* report/json.h - what is known, as JSON values
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 *
 *	json_t *line = json_object();
 *
 *	json_add_fields(line, &event, false);
 *	json_add(&out, line, 0);
 *	json_decref(line);
 *
 * Rules.  Each json_of_* returns a new reference, never a null pointer.  All
 * text is printable ASCII: other bytes become \xNN and a backslash becomes \\,
 * as text_add_escaped writes them.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>

#include "base/buf.h"
#include "event/event.h"

json_t *json_of_span(struct tls_span text);	/* empty: null */
json_t *json_of_words(const char *string);	/* null pointer: null */
json_t *json_of_hex(struct tls_span bytes);

/* Objects of "number" and "name"; null if `number` is 0 and that means
 * unknown. */
json_t *json_of_version(uint16_t number);
json_t *json_of_suite(uint16_t number);
json_t *json_of_group(uint16_t number);
json_t *json_of_signature(uint16_t number);
json_t *json_of_alert(int number);		/* below 0: null */

json_t *json_of_hello(const struct tls_hello *hello);
json_t *json_of_choice(const struct tls_choice *choice);
json_t *json_of_facts(const struct tls_facts *facts);
json_t *json_of_certificate(struct tls_span der);
json_t *json_of_step(const struct tls_verify_step *step);
json_t *json_of_error(const struct tls_error *error);

/* The columns of a comparison, as an array. */
json_t *json_of_table(const struct compare_table *table);

/* The suites offered before this handshake that the serving library does not
 * know, each with the backends that do; null if that is not known. */
json_t *json_of_unknown(const struct event *handshake);

/* Puts the fields of event_fields(event->kind) into `object`; without `secrets`
 * the value of a secret is "redacted". */
void json_add_fields(json_t *object, const struct event *event, bool secrets);

/* Adds `value` as text: in one line if `indent` is 0, else indented by so many
 * spaces. */
void json_add(struct buf *out, const json_t *value, unsigned indent);

#endif
