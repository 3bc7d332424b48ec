/* unit/sample.h - a hello, a certificate and facts, for tests of events
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct sample sample;
 *
 *	sample_init(&sample);
 *	event = sample_event(&sample, EVENT_HANDSHAKE);
 *	bus_post(bus, &event);
 *	sample_clear(&sample);
 *
 * All the same in every run, so that texts can be compared byte for byte.
 */
#ifndef UNIT_SAMPLE_H
#define UNIT_SAMPLE_H

#include "base/buf.h"
#include "base/clock.h"
#include "event/event.h"
#include "plug/plugs.h"

struct sample {
	struct buf cert;		/* CN = Ann, RSA, only in 2020 */
	struct buf wire;		/* of the hello */
	struct tls_hello *hello;
	struct tls_span chain[1];
	struct tls_identity identity;
	struct tls_config config;
	struct tls_facts facts;
	struct tls_choice choice;
	struct tls_verify_step step;
	struct tls_error error;
	struct plug *plug;		/* of a backend called "null" */
	struct plugs *plugs;		/* that one only */
};

void sample_init(struct sample *sample);
void sample_clear(struct sample *sample);

/* An event of `kind` with all its members filled. */
struct event sample_event(const struct sample *sample, enum event_kind kind);

/* A clock that stands at 2026-11-22T10:00:00.000001Z, and moves by a
 * millisecond whenever it is asked for the monotonic time. */
struct sample_clock {
	struct clock clock;
	uint64_t now_us;
};

void sample_clock_init(struct sample_clock *clock);

/* For a backend's list: writes `num` numbers of `list`, as far as there is
 * room, and returns `num`. */
size_t sample_numbers(const uint16_t *list, size_t num, uint16_t *out,
    size_t room);

#endif
