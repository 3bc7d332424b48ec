/* native/serve.h - what a server that has nothing configured consists of
 * SPDX-License-Identifier: Apache-2.0
 *
 *	void
 *	native_setup(const char *cert, const char *key, char **protocols)
 *	{
 *		native_insist(!library_init(cert, key), "the library");
 *	}
 *
 * serve.c has main: server-NAME CERT KEY [PROTOCOL...] listens on the loopback
 * address, prints its port, and serves one client after the other until its
 * standard input ends.
 */
#ifndef NATIVE_SERVE_H
#define NATIVE_SERVE_H

/* Sets the library up with the files of a certificate and its key, and the
 * protocols to select by ALPN, a null after the last. */
void native_setup(const char *cert, const char *key, char **protocols);

/* Serves one client to its end. */
void native_serve(int fd);

/* Ends the program where something is not good. */
void native_insist(int good, const char *what);

#endif
