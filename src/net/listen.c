/* listen.c - listening sockets
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#define DEFAULT_PORT	"4433"

/* The path of a socket file; that of an abstract socket begins with "@".  Empty
 * if the socket has no name. */
static void
name_file(const struct sockaddr_un *address, socklen_t len,
    char host[LISTEN_HOST])
{
	size_t left = len > offsetof(struct sockaddr_un, sun_path) ?
	    len - offsetof(struct sockaddr_un, sun_path) : 0;

	snprintf(host, LISTEN_HOST, "%s%.*s",
	    left && !*address->sun_path ? "@" : "",
	    left && !*address->sun_path ? (int)left - 1 : (int)left,
	    address->sun_path + (left && !*address->sun_path));
}

static void
name_address(const struct sockaddr_storage *address, socklen_t len,
    char host[LISTEN_HOST], unsigned *port)
{
	*port = 0;
	if (address->ss_family == AF_UNIX) {
		name_file((const struct sockaddr_un *)address, len, host);
	} else if (address->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 =
		    (const struct sockaddr_in6 *)address;

		if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
			inet_ntop(AF_INET, in6->sin6_addr.s6_addr + 12, host,
			    LISTEN_HOST);
		else
			inet_ntop(AF_INET6, &in6->sin6_addr, host,
			    LISTEN_HOST);
		*port = ntohs(in6->sin6_port);
	} else {
		const struct sockaddr_in *in =
		    (const struct sockaddr_in *)address;

		inet_ntop(AF_INET, &in->sin_addr, host, LISTEN_HOST);
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

/* How a socket is bound. */
struct binding {
	bool shared;		/* other sockets will be bound to the same
				 * address */
	bool v6_only;		/* an IPv6 socket takes no IPv4 clients */
};

static bool
set_up(int fd, int family, const struct binding *binding)
{
	const int on = 1, v6_only = binding->v6_only;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* Accepted sockets inherit this: a flight is one write, and nothing is
	 * gained by waiting for more. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only,
		    sizeof v6_only);
	return !binding->shared ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
}

/* Binds to one address; -1 with errno set. */
static int
bind_to(const struct sockaddr *address, socklen_t len,
    const struct binding *binding)
{
	int fd = socket(address->sa_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	if (set_up(fd, address->sa_family, binding) &&
	    bind(fd, address, len) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
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
	name_address(&listener->address, listener->address_len,
	    listener->host, &listener->port);
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

/* With SO_REUSEPORT a second server of the same user could bind to the same
 * port; a first try without it detects that. */
static int
bind_first(const struct addrinfo *found, const struct binding *binding)
{
	const struct binding before = { false, binding->v6_only };
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	int fd = bind_to(found->ai_addr, found->ai_addrlen, &before);

	if (fd < 0 || !binding->shared)
		return fd;
	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return fd;
	close(fd);
	return bind_to((struct sockaddr *)&address, len, binding);
}

/* The option that made an address family impossible. */
static const char *
family_option(enum listen_family family)
{
	static const char *const options[] = {
		[FAMILY_ANY] = "",
		[FAMILY_IPV4] = " with -4",
		[FAMILY_IPV6] = " with -6",
	};

	return options[family];
}

static const int families[] = {
	[FAMILY_ANY] = AF_UNSPEC,
	[FAMILY_IPV4] = AF_INET,
	[FAMILY_IPV6] = AF_INET6,
};

/* Binds to the first possible address; -1 with the errno in `*last`.  For all
 * addresses, the IPv6 socket takes IPv4 clients as well; some resolvers list it
 * last. */
static int
bind_any(const struct addrinfo *found, bool has_host,
    const struct binding *binding, int *last)
{
	const struct addrinfo *next;
	int fd = -1;

	for (next = found; fd < 0 && next; next = next->ai_next)
		if (has_host || next->ai_family == AF_INET6) {
			fd = bind_first(next, binding);
			*last = errno;
		}
	for (next = found; fd < 0 && !has_host && *last != EADDRINUSE && next;
	    next = next->ai_next)
		if (next->ai_family == AF_INET) {
			fd = bind_first(next, binding);
			*last = errno;
		}
	return fd;
}

static bool
open_address(struct listener *listener, const struct listen_options *at,
    struct tls_error *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE,
		.ai_family = families[at->family],
		.ai_socktype = SOCK_STREAM,
	};
	const struct binding binding = {
		at->workers > 1, at->family == FAMILY_IPV6,
	};
	const char *accept = at->accept ? at->accept : DEFAULT_PORT, *port;
	struct addrinfo *found = NULL;
	struct buf host = BUF_INIT;
	bool has_host;
	int error, last = 0;

	if (!split(accept, &host, &port, err)) {
		buf_clear(&host);
		return false;
	}
	has_host = host.len > 0;
	error = getaddrinfo(has_host ? buf_string(&host) : NULL, port, &hints,
	    &found);
	buf_clear(&host);
	if (error)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s%s: %s; "
		    "give [host:]port with a host and a port of this machine",
		    accept, family_option(at->family), gai_strerror(error));
	listener->fd = bind_any(found, has_host, &binding, &last);
	freeaddrinfo(found);
	if (listener->fd < 0)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s%s: %s%s",
		    accept, family_option(at->family), strerror(last),
		    remedy(last));
	listener->any_port = strspn(port, "0") == strlen(port);
	return true;
}

/* ---- an inherited socket ------------------------------------------------- */

static int
option_of(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof value;

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 ? value :
	    -1;
}

static bool
adopt(struct listener *listener, const struct listen_options *at,
    struct tls_error *err)
{
	int fd = atoi(at->accept + 3), family = option_of(fd, SO_DOMAIN);

	if (fcntl(fd, F_GETFD) < 0)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: there is "
		    "no such descriptor; let whoever starts the program hand "
		    "it a listening socket", at->accept);
	if (family < 0)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: that is "
		    "no socket", at->accept);
	if (option_of(fd, SO_TYPE) != SOCK_STREAM)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: that "
		    "is no stream socket", at->accept);
	if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: a "
		    "socket of another family than IPv4, IPv6 and UNIX",
		    at->accept);
	if (at->family != FAMILY_ANY && family != families[at->family])
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s%s: that "
		    "socket has another family", at->accept,
		    family_option(at->family));
	if (option_of(fd, SO_ACCEPTCONN) != 1)
		return err_set(err, TLS_BLAME_CONFIG, "-accept %.60s: that "
		    "socket does not listen; call listen(2) on it before",
		    at->accept);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	listener->fd = fd;
	listener->shared = true;
	listener->any_port = true;
	return true;
}

bool
listener_open(struct listener *listener, const struct listen_options *at,
    struct tls_error *err)
{
	bool ok;

	memset(listener, 0, sizeof *listener);
	listener->fd = -1;
	if (at->unix_path)
		ok = listen_file(listener, at->unix_path, at->unlink, err);
	else if (at->accept && !strncmp(at->accept, "fd:", 3))
		ok = adopt(listener, at, err);
	else
		ok = open_address(listener, at, err);
	if (ok)
		fill(listener, listener->fd);
	return ok;
}

bool
listener_open_again(struct listener *listener, const struct listener *first,
    struct tls_error *err)
{
	const struct sockaddr *address =
	    (const struct sockaddr *)&first->address;
	struct binding binding = { true, false };
	socklen_t len = sizeof(int);
	int v6_only = 0;

	getsockopt(first->fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, &len);
	binding.v6_only = v6_only;
	*listener = *first;
	listener->made_file = false;
	listener->fd = first->shared ? fcntl(first->fd, F_DUPFD_CLOEXEC, 0) :
	    bind_to(address, first->address_len, &binding);
	if (listener->fd < 0)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-workers: cannot listen on %.80s port %u again: %s",
		    first->host, first->port, strerror(errno));
	return true;
}

void
listener_close(struct listener *listener)
{
	listen_file_remove(listener);
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
}

/* The client of a socket file usually has no address of its own, but the
 * process that connected is known. */
static void
name_process(int fd, struct peer *peer)
{
	struct ucred who = { .pid = 0 };
	socklen_t len = sizeof who;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	    who.pid > 0)
		snprintf(peer->host, sizeof peer->host, "unix:pid %ld",
		    (long)who.pid);
	else
		snprintf(peer->host, sizeof peer->host, "unix");
}

int
listener_accept(struct listener *listener, struct peer *peer)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	int fd = accept4(listener->fd, (struct sockaddr *)&address, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return fd;
	name_address(&address, len, peer->host, &peer->port);
	if (address.ss_family == AF_UNIX)
		name_process(fd, peer);
	return fd;
}
