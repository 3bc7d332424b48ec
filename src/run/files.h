/* run/files.h - a private directory with certificates, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct run_files files = { .dir = NULL };
 *
 *	if (files_make_dir(&files, &err) &&
 *	    files_make_certs(&files, plug, &want, &err))
 *		puts(files.ca);
 *	files_clear(&files);
 */
#ifndef RUN_FILES_H
#define RUN_FILES_H

#include "plug/plug.h"

/* Names of files, owned; null: there is none. */
struct run_files {
	char *dir;
	char *ca;
	char *cert, *key, *rsa_cert, *rsa_key;
	char *client_cert, *client_key;
};

/* Which certificates are made besides that of the server. */
struct run_files_want {
	bool rsa, client;
};

/* Makes a directory in that of TMPDIR that only this user may enter.  False
 * with blame CONFIG. */
bool files_make_dir(struct run_files *files, struct tls_error *err);

/* Makes a CA and a certificate for localhost of it, valid for a day, with the
 * primitives of `plug`, and writes them there. */
bool files_make_certs(struct run_files *files, const struct plug *plug,
    const struct run_files_want *want, struct tls_error *err);

/* Removes the directory with all that is in it by then. */
void files_clear(struct run_files *files);

#endif
