/* plug/internal.h - for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct plug *plug = plug_new(backend);
 *
 *	if (!plug_start(plug, &err))
 *		plug_free(plug);
 */
#ifndef PLUG_INTERNAL_H
#define PLUG_INTERNAL_H

#include "plug/plug.h"

/* Starts the library, learns its name and versions, and opens the probe.  False
 * with blame FEATURE if that fails or takes too long. */
bool plug_start(struct plug *plug, struct tls_error *err);

#endif
