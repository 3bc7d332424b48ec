/* sink/sink.c - opens the sinks that were asked for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/sink.h"

#include "sink/text.h"

bool
sinks_open(struct bus *bus, const struct settings_output *output,
    enum settings_mode mode, struct tls_error *err)
{
	(void)err;
	bus_add(bus, text_new(output, mode, 1, 2));
	return true;
}
