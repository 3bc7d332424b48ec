/* load/pass.h - pass phrases from sources or from the terminal
 * SPDX-License-Identifier: Apache-2.0
 *
 *	char *pass = pass_read("-pass", "file:secret.txt", 1, &err);
 *
 *	pass_free(pass);
 */
#ifndef LOAD_PASS_H
#define LOAD_PASS_H

#include "load/pem.h"

/* Reads a pass phrase from `source` (pass:, env:, file:, fd: or stdin); of a
 * file: the line `line`, from 1.  A descriptor is read byte by byte, so that
 * what follows the line stays unread.  Null with blame CONFIG; else free with
 * pass_free. */
char *pass_read(const char *option, const char *source, unsigned line,
    struct tls_error *err);

/* Asks for the pass phrase of `file` on the terminal; free with pass_free.
 * Null with blame CONFIG if there is no terminal; the remedy is `option`. */
char *pass_ask(const char *option, const struct named_file *file,
    struct tls_error *err);

/* Wipes and frees; null is allowed. */
void pass_free(char *pass);

#endif
