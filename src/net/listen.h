/* net/listen.h - listening sockets
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct listen_options at = { .accept = "localhost:0", .workers = 1 };
 *	struct listener listener;
 *
 *	if (!listener_open(&listener, &at, &err))
 *		return err_exit_status(&err);
 *	printf("ACCEPT %s:%u\n", listener.host, listener.port);
 *	fd = listener_accept(&listener, &peer);
 *	listener_close(&listener);
 */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <sys/socket.h>
#include <sys/types.h>

#include "tls_types.h"

/* Room for a numeric address or the path of a socket file, in bytes. */
#define LISTEN_HOST	112

enum listen_family {
	FAMILY_ANY,
	FAMILY_IPV4,		/* -4 */
	FAMILY_IPV6,		/* -6 */
};

/* Where to listen; strings are borrowed. */
struct listen_options {
	const char *accept;	/* [host:]port or fd:N as given, or null:
				 * 4433 */
	const char *unix_path;	/* -unix: a socket file instead */
	bool unlink;		/* -unlink: remove that file first */
	enum listen_family family;
	unsigned workers;	/* that will listen there, at least 1 */
};

struct listener {
	int fd;
	char host[LISTEN_HOST];		/* without brackets */
	unsigned port;			/* 0: a socket file */
	bool any_port;			/* the user does not know the address
					 * yet */
	struct sockaddr_storage address;
	socklen_t address_len;
	bool shared;			/* inherited, or without a port: all
					 * workers use this one socket */
	bool made_file;			/* a file that we made and remove, if it
					 * still is this one: */
	dev_t device;
	ino_t inode;
};

struct peer {
	char host[LISTEN_HOST];		/* for a socket file "unix:pid 4711" */
	unsigned port;
};

/* Listens where `at` says.  Its `accept` is "[HOST:]PORT", where HOST may be
 * "*" or an IPv6 address in brackets and PORT may be 0 (any free one) or the
 * name of a service; null means 4433.  Without HOST it listens on all addresses
 * of this machine and of `at->family`.  "fd:N" is an inherited listening
 * socket.  With `unix_path` a socket file is made, which listener_close
 * removes.  False with blame CONFIG and the remedy. */
bool listener_open(struct listener *listener,
    const struct listen_options *at, struct tls_error *err);

/* Listens on the same address once more, for another worker. */
bool listener_open_again(struct listener *listener,
    const struct listener *first, struct tls_error *err);

void listener_close(struct listener *listener);

/* Takes the next client; returns a non-blocking socket, or -1 with errno
 * set. */
int listener_accept(struct listener *listener, struct peer *peer);

/* listen_file.c, for listen.c only: makes a socket file and a socket that
 * listens there; removes the file at the end. */
bool listen_file(struct listener *listener, const char *path, bool unlink,
    struct tls_error *err);
void listen_file_remove(struct listener *listener);

#define LISTEN_BACKLOG	4096

#endif
