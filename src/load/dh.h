/* load/dh.h - parameters of ephemeral Diffie-Hellman, from files
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct named_file file = { .option = "-dhparam", .name = "dh.pem" };
 *	struct buf params = BUF_INIT;
 *
 *	if (file_read(&file, &err) && dh_read(&params, &file, &err))
 *		config.dh_params = buf_span(&params);
 */
#ifndef LOAD_DH_H
#define LOAD_DH_H

#include "load/pem.h"

/* Reads parameters of PKCS#3 or X9.42, PEM or DER, into `out` as PKCS#3 in
 * DER.  False with blame CONFIG, naming file and remedy, if there are none or
 * they are unusable. */
bool dh_read(struct buf *out, const struct named_file *file,
    struct tls_error *err);

/* The same for a file that need not have parameters: `out` is then empty. */
bool dh_look(struct buf *out, const struct named_file *file,
    struct tls_error *err);

#endif
