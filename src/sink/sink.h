/* sink/sink.h - where events are told: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (!sinks_open(bus, &settings->output, MODE_TERMINAL, &err))
 *		return err_exit_status(&err);
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include "event/bus.h"
#include "settings.h"

/* Opens the sinks that `output` asks for and adds them to `bus`: the text of
 * the reference on standard output and standard error (in `mode`'s measure),
 * JSON lines, the key log.  False, with blame CONFIG naming option and file,
 * when one cannot be opened. */
bool sinks_open(struct bus *bus, const struct settings_output *output,
    enum settings_mode mode, struct tls_error *err);

#endif
