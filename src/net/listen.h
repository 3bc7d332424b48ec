/* net/listen.h - where clients come in
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

/* An address in numbers, or the path of a socket file. */
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
	bool any_port;			/* the user cannot know the address */
	struct sockaddr_storage address;
	socklen_t address_len;
	bool shared;			/* not bound by us, or no port: others
					 * share this very socket */
	bool made_file;			/* ours to remove, while it is this: */
	dev_t device;
	ino_t inode;
};

struct peer {
	char host[LISTEN_HOST];		/* "unix:pid 4711" of a socket file */
	unsigned port;
};

/* Listens where `at` says.  Its `accept` is "[host:]port": `host` may be "*"
 * or an IPv6 address in brackets, the port 0 (any) or a service name; null:
 * 4433.  Without a host, all addresses of this machine and of `at->family`.
 * "fd:N" is a listening socket that came with the program.  With `unix_path`
 * a socket file is made, which listener_close removes.  Blame CONFIG, with the
 * remedy. */
bool listener_open(struct listener *listener,
    const struct listen_options *at, struct tls_error *err);

/* Listens once more on the same address, for another worker. */
bool listener_open_again(struct listener *listener,
    const struct listener *first, struct tls_error *err);

void listener_close(struct listener *listener);

/* Takes the next client: a non-blocking socket.  -1 with errno otherwise. */
int listener_accept(struct listener *listener, struct peer *peer);

/* listen_file.c, for listen.c alone: a new socket file and a socket that
 * listens there; and what becomes of the file at the end. */
bool listen_file(struct listener *listener, const char *path, bool unlink,
    struct tls_error *err);
void listen_file_remove(struct listener *listener);

#define LISTEN_BACKLOG	4096

#endif
