/* report/schema.h - the JSON lines, described as a JSON Schema
 * SPDX-License-Identifier: Apache-2.0
 * Reference: JSON Schema, draft 2020-12; doc/events.md
 *
 *	json_t *schema = schema_of_events();
 *
 *	json_add(&out, schema, 1);
 *	json_decref(schema);
 *
 * Rules.  The events and their members come from EVENTS and event_fields, what
 * the members are from the type of the field.  What stands inside a member that
 * is an object is described in shapes.def, and so is what the type of a field
 * does not tell.  The schema is strict: a member that it does not name is
 * wrong.  "make schema" writes it to doc/.
 */
#ifndef REPORT_SCHEMA_H
#define REPORT_SCHEMA_H

#include <jansson.h>

/* A new reference. */
json_t *schema_of_events(void);

#endif
