/* listen.c - where clients come in
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#define DEFAULT_PORT	"4433"

/* As many as the kernel keeps: a burst of clients waits, it is not refused. */
#define BACKLOG		4096

static void
name_address(const struct sockaddr_storage *address, char host[48],
    unsigned *port)
{
	if (address->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 =
		    (const struct sockaddr_in6 *)address;

		if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
			inet_ntop(AF_INET, in6->sin6_addr.s6_addr + 12, host,
			    48);
		else
			inet_ntop(AF_INET6, &in6->sin6_addr, host, 48);
		*port = ntohs(in6->sin6_port);
	} else {
		const struct sockaddr_in *in =
		    (const struct sockaddr_in *)address;

		inet_ntop(AF_INET, &in->sin_addr, host, 48);
		*port = ntohs(in->sin_port);
	}
}

/* Splits "[host:]port"; an empty `host` stands for all addresses. */
static bool
split(const char *accept, struct buf *host, const char **port,
    struct tls_error *err)
{
	const char *colon = strrchr(accept, ':');
	unsigned long number;

	*port = colon ? colon + 1 : accept;
	if (colon) {
		const char *begin = accept;
		size_t len = (size_t)(colon - accept);

		if (len >= 2 && begin[0] == '[' && begin[len - 1] == ']') {
			begin++;
			len -= 2;
		} else if (memchr(begin, ':', len)) {
			return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: "
			    "put an IPv6 address into brackets, [::1]:4433",
			    accept);
		}
		if (len != 1 || *begin != '*')
			buf_add(host, begin, len);
	}
	if (!**port)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-accept %.60s: no port; give [host:]port", accept);
	if (strspn(*port, "0123456789") == strlen(*port) &&
	    !text_read_number(*port, 0, 65535, &number))
		return err_set(err, TLS_BLAME_CONFIG,
		    "-accept %.60s: ports go from 0 (any) to 65535", accept);
	return true;
}

static bool
set_up(int fd, int family, bool shared)
{
	const int on = 1, off = 0;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* Inherited by what is accepted: a flight is one write, and nothing is
	 * gained by waiting for more. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	return !shared ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
}

/* Binds to one address; -1 with errno. */
static int
bind_to(const struct sockaddr *address, socklen_t len, bool shared)
{
	int fd = socket(address->sa_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	if (set_up(fd, address->sa_family, shared) &&
	    bind(fd, address, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static void
fill(struct listener *listener, int fd)
{
	listener->fd = fd;
	listener->address_len = sizeof listener->address;
	getsockname(fd, (struct sockaddr *)&listener->address,
	    &listener->address_len);
	name_address(&listener->address, listener->host, &listener->port);
}

static const char *
remedy(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "; another program listens there: choose another port, "
		    "0 for any";
	case EACCES:
		return "; ports below 1024 need rights: choose a higher one";
	case EADDRNOTAVAIL:
		return "; this machine has no such address";
	default:
		return "";
	}
}

/* With SO_REUSEPORT a second server of the same user would be let in beside
 * this one; a first try without it finds that out. */
static int
bind_first(const struct addrinfo *found, bool shared)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	int fd = bind_to(found->ai_addr, found->ai_addrlen, false);

	if (fd < 0 || !shared)
		return fd;
	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return fd;
	close(fd);
	return bind_to((struct sockaddr *)&address, len, true);
}

bool
listener_open(struct listener *listener, const char *accept, bool shared,
    struct tls_error *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *found = NULL, *next;
	struct buf host = BUF_INIT;
	const char *port;
	int fd = -1, error, last = 0;

	memset(listener, 0, sizeof *listener);
	listener->fd = -1;
	if (!accept)
		accept = DEFAULT_PORT;
	if (!split(accept, &host, &port, err)) {
		buf_clear(&host);
		return false;
	}
	error = getaddrinfo(host.len ? buf_string(&host) : NULL, port, &hints,
	    &found);
	if (error) {
		err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: %s; give "
		    "[host:]port with a host and a port of this machine",
		    accept, gai_strerror(error));
		buf_clear(&host);
		return false;
	}
	/* For all addresses, the IPv6 socket takes IPv4 clients as well; it
	 * stands last in the list of some resolvers. */
	for (next = found; fd < 0 && next; next = next->ai_next)
		if (host.len || next->ai_family == AF_INET6) {
			fd = bind_first(next, shared);
			last = errno;
		}
	for (next = found; fd < 0 && !host.len && last != EADDRINUSE && next;
	    next = next->ai_next)
		if (next->ai_family == AF_INET) {
			fd = bind_first(next, shared);
			last = errno;
		}
	buf_clear(&host);
	freeaddrinfo(found);
	if (fd < 0)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: %s%s",
		    accept, strerror(last), remedy(last));
	fill(listener, fd);
	listener->any_port = strspn(port, "0") == strlen(port);
	return true;
}

bool
listener_open_again(struct listener *listener, const struct listener *first,
    struct tls_error *err)
{
	int fd = bind_to((const struct sockaddr *)&first->address,
	    first->address_len, true);

	*listener = *first;
	listener->fd = fd;
	if (fd < 0)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-workers: cannot listen on port %u again: %s",
		    first->port, strerror(errno));
	return true;
}

void
listener_close(struct listener *listener)
{
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
}

int
listener_accept(struct listener *listener, struct peer *peer)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	int fd = accept4(listener->fd, (struct sockaddr *)&address, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		name_address(&address, peer->host, &peer->port);
	return fd;
}
