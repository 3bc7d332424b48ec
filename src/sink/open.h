/* sink/open.h - opening what an option of an output names
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (open_is_descriptor(word))
 *		return open_descriptor("-json", word, &fd, err);
 *	...
 *	return open_make_private(bus, "-json", word, fd, err);
 *
 * Rules.  False is with blame CONFIG; `option` is named in the error.
 */
#ifndef SINK_OPEN_H
#define SINK_OPEN_H

#include "event/bus.h"

/* Whether `word` begins with "fd:". */
bool open_is_descriptor(const char *word);

/* The number after "fd:", of a descriptor that is open for writing. */
bool open_descriptor(const char *option, const char *word, int *fd,
    struct tls_error *err);

/* Takes a file of secrets from everybody else who could read it, with a note;
 * one that cannot be taken is refused.  A pipe or a device is as its owner made
 * it. */
bool open_make_private(struct bus *bus, const char *option, const char *file,
    int fd, struct tls_error *err);

#endif
