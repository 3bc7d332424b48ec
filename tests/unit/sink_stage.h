/* sink_stage.h - a text sink over memory, for the tests of its words
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct stage stage;
 *
 *	open_stage(&stage, &output, MODE_TERMINAL);
 *	post(&stage, EVENT_STATE);
 *	expect(&stage, "", "SSL_accept:before SSL initialization\n");
 *	close_stage(&stage);
 */
#ifndef SINK_STAGE_H
#define SINK_STAGE_H

#include "sample.h"
#include "sink/text.h"

/* A bus with a text sink over memory. */
struct stage {
	struct sample sample;
	struct sample_clock clock;
	struct bus *bus;
	struct text *text;
};

static inline void
open_stage(struct stage *stage, const struct sink_options *output,
    enum service_mode mode)
{
	struct sink *sink = text_new(output, mode, WRITER_MEMORY,
	    WRITER_MEMORY);

	sample_init(&stage->sample);
	sample_clock_init(&stage->clock);
	stage->bus = bus_new(&stage->clock.clock);
	stage->text = (struct text *)sink;
	bus_add(stage->bus, sink);
}

static inline void
close_stage(struct stage *stage)
{
	bus_free(stage->bus);
	sample_clear(&stage->sample);
}

static inline void
post(struct stage *stage, enum event_kind kind)
{
	struct event event = sample_event(&stage->sample, kind);

	bus_post(stage->bus, &event);
}

/* Compares what was said since the last time. */
static inline void
expect(struct stage *stage, const char *out, const char *err)
{
	assert_string_equal(buf_string(&stage->text->out.text), out);
	assert_string_equal(buf_string(&stage->text->err.text), err);
	stage->text->out.text.len = 0;
	stage->text->err.text.len = 0;
}

#endif
