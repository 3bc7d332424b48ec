/* load/pass.h - pass phrases: where options say they are, or from the terminal
 * SPDX-License-Identifier: Apache-2.0
 *
 *	char *pass = pass_read("-pass", "file:secret.txt", 1, &err);
 *
 *	pass_free(pass);
 */
#ifndef LOAD_PASS_H
#define LOAD_PASS_H

#include "load/pem.h"

/* Reads the pass phrase that `source` (pass:, env:, file:, fd: or stdin)
 * means; `line`, from 1, is the line of a file: to take.  What comes from a
 * descriptor is read byte by byte, so that the rest stays there.  Null with
 * blame CONFIG; else owned by the caller. */
char *pass_read(const char *option, const char *source, unsigned line,
    struct tls_error *err);

/* Asks the terminal for the pass phrase of `file`.  Null with blame CONFIG
 * and the remedy, which is `option`, where there is no terminal. */
char *pass_ask(const char *option, const struct named_file *file,
    struct tls_error *err);

/* Overwrites and frees; null is nothing. */
void pass_free(char *pass);

#endif
