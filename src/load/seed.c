/* seed.c - bytes for the random number generator, from files and sockets
 * SPDX-License-Identifier: Apache-2.0
 * Reference: the protocol of EGD, the entropy gathering daemon
 */
#include "load/loaded.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

#define MOST_OF_FILE	(1 << 20)
#define MOST_OF_DEVICE	2048		/* /dev/urandom has no end */
#define MOST_OF_EGD	255		/* a length is one byte */
#define PATIENCE_US	(5 * 1000000)

/* The EGD command that blocks until it has so many bytes. */
#define EGD_READ_BLOCKING	0x02

/* One name of -rand while it is read. */
struct source {
	const char *name;
	int fd;
	size_t most;
	uint64_t deadline_us;
};

static bool
fail(const struct source *source, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "-rand %.120s: %s: name a file "
	    "or an EGD socket that gives bytes", source->name, why);
}

/* Waits until it is ready to read or write; false when the time is over. */
static bool
wait_for(const struct source *source, short what)
{
	struct pollfd ready = { .fd = source->fd, .events = what };
	uint64_t now = clock_system.monotonic_us(&clock_system);

	return now < source->deadline_us && poll(&ready, 1,
	    (int)((source->deadline_us - now) / 1000) + 1) > 0;
}

/* Reads to the end, or until there are enough bytes. */
static bool
read_bytes(struct buf *out, const struct source *source, struct tls_error *err)
{
	size_t got = 0;

	while (got < source->most) {
		size_t room = source->most - got < 4096 ?
		    source->most - got : 4096;
		uint8_t *at = buf_reserve(out, room);
		ssize_t num;

		if (!wait_for(source, POLLIN))
			return fail(source, "gives no bytes within 5 seconds",
			    err);
		num = read(source->fd, at, room);
		if (num < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (num < 0)
			return fail(source, strerror(errno), err);
		if (num == 0)
			break;
		out->len += (size_t)num;
		got += (size_t)num;
	}
	return got > 0 || fail(source, "is empty", err);
}

static bool
connect_to(struct source *source, struct tls_error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(source->name) >= sizeof address.sun_path)
		return fail(source, "the name is too long for a socket", err);
	strcpy(address.sun_path, source->name);
	source->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (source->fd < 0 || connect(source->fd,
	    (struct sockaddr *)&address, sizeof address) != 0)
		return fail(source, strerror(errno), err);
	return true;
}

/* Asks an EGD; one that sends fewer bytes than it was asked for is not one. */
static bool
read_egd(struct buf *out, struct source *source, struct tls_error *err)
{
	static const uint8_t command[] = { EGD_READ_BLOCKING, MOST_OF_EGD };
	size_t before = out->len;

	source->most = MOST_OF_EGD;
	if (!connect_to(source, err))
		return false;
	if (!wait_for(source, POLLOUT) || send(source->fd, command,
	    sizeof command, MSG_NOSIGNAL) != (ssize_t)sizeof command)
		return fail(source, "takes no command of EGD", err);
	return read_bytes(out, source, err) &&
	    (out->len - before == MOST_OF_EGD ||
	    fail(source, "ended before it had given 255 bytes", err));
}

static bool
read_source(struct buf *out, const char *name, struct tls_error *err)
{
	struct source source = {
		.name = name, .fd = -1,
		.deadline_us = clock_system.monotonic_us(&clock_system) +
		    PATIENCE_US,
	};
	struct stat status;
	bool good;

	if (stat(name, &status) != 0)
		return fail(&source, strerror(errno), err);
	if (S_ISDIR(status.st_mode))
		return fail(&source, "is a directory", err);
	if (S_ISSOCK(status.st_mode)) {
		good = read_egd(out, &source, err);
	} else {
		source.most = S_ISREG(status.st_mode) ? MOST_OF_FILE :
		    MOST_OF_DEVICE;
		source.fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY |
		    O_NONBLOCK);
		good = source.fd >= 0 ? read_bytes(out, &source, err) :
		    fail(&source, strerror(errno), err);
	}
	if (source.fd >= 0)
		close(source.fd);
	return good;
}

bool
load_seed(struct buf *seed, const char *names, struct buf *notes,
    struct tls_error *err)
{
	bool good = true;

	while (good && names) {
		size_t len = strcspn(names, ":");
		struct buf name = BUF_INIT;

		buf_add(&name, names, len);
		good = len ? read_source(seed, buf_string(&name), err) :
		    err_set(err, TLS_BLAME_CONFIG, "-rand: a name is empty: "
		    "names go between colons, as in a.rnd:b.rnd");
		buf_clear(&name);
		names = names[len] ? names + len + 1 : NULL;
	}
	if (good && seed->len)
		buf_printf(notes, "%zu semi-random bytes loaded\n", seed->len);
	return good;
}
