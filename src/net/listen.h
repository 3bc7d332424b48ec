/* net/listen.h - where clients come in
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct listener listener;
 *
 *	if (!listener_open(&listener, "localhost:0", false, &err))
 *		return err_exit_status(&err);
 *	printf("ACCEPT %s:%u\n", listener.host, listener.port);
 *	fd = listener_accept(&listener, &peer);
 *	listener_close(&listener);
 */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <sys/socket.h>

#include "tls_types.h"

struct listener {
	int fd;
	char host[48];			/* numeric, without brackets */
	unsigned port;
	bool any_port;			/* port 0 was asked for */
	struct sockaddr_storage address;
	socklen_t address_len;
};

struct peer {
	char host[48];
	unsigned port;
};

/* Binds and listens on `accept`, "[host:]port": `host` may be "*" or an IPv6
 * address in brackets, the port 0 (any) or a service name; null: 4433.
 * Without a host, all addresses of this machine.  `shared`: others of this
 * process will listen there as well.  Blame CONFIG, with the remedy. */
bool listener_open(struct listener *listener, const char *accept,
    bool shared, struct tls_error *err);

/* Listens once more on the same address, for another worker. */
bool listener_open_again(struct listener *listener,
    const struct listener *first, struct tls_error *err);

void listener_close(struct listener *listener);

/* Takes the next client: a non-blocking socket.  -1 with errno otherwise. */
int listener_accept(struct listener *listener, struct peer *peer);

#endif
