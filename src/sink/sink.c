/* sink/sink.c - opens the sinks that were asked for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "sink/json.h"
#include "sink/keylog.h"
#include "sink/text.h"

#define FD_PREFIX	"fd:"

/* Where -json goes. */
struct target {
	int fd;			/* -1: nowhere */
	bool owns;
};

static bool
open_descriptor(const char *word, struct target *target,
    struct tls_error *err)
{
	unsigned long number;
	int flags;

	if (!text_read_number(word + strlen(FD_PREFIX), 0, INT_MAX, &number))
		return err_set(err, TLS_BLAME_CONFIG,
		    "-json %s: no number of a descriptor behind \"fd:\"",
		    word);
	flags = fcntl((int)number, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-json %s: descriptor %lu is not open for writing",
		    word, number);
	if (number > 2)
		fcntl((int)number, F_SETFD, FD_CLOEXEC);
	target->fd = (int)number;
	return true;
}

/* Takes a file of secrets from everybody else who could read it; one that
 * cannot be taken is refused.  A pipe or a device is as its owner made it. */
static bool
make_private(struct bus *bus, const char *option, const char *file, int fd,
    struct tls_error *err)
{
	const mode_t others = S_IRWXG | S_IRWXO;
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    !(st.st_mode & others))
		return true;
	if (fchmod(fd, st.st_mode & 07777 & ~others) != 0)
		return err_set(err, TLS_BLAME_CONFIG, "%s %s: other users can "
		    "read this file of secrets, and that cannot be changed: "
		    "%s; name another file", option, file, strerror(errno));
	bus_note(bus, NULL, "%s %s: other users could read this file of "
	    "secrets: its permissions are now %03o", option, file,
	    (unsigned)(st.st_mode & 0777 & ~others));
	return true;
}

static bool
open_json(const struct sink_options *output, struct target *target,
    struct tls_error *err)
{
	const char *word = output->json;

	*target = (struct target){ -1, false };
	if (!word)
		return true;
	if (strcmp(word, "-") == 0) {
		target->fd = STDOUT_FILENO;
		return true;
	}
	if (strncmp(word, FD_PREFIX, strlen(FD_PREFIX)) == 0)
		return open_descriptor(word, target, err);
	target->fd = open(word, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    (output->json_append ? 0 : O_TRUNC),
	    output->secrets ? 0600 : 0666);
	if (target->fd < 0)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-json %s: cannot be opened for writing: %s", word,
		    strerror(errno));
	target->owns = true;
	return true;
}

static bool
open_keylog(struct bus *bus, const struct sink_options *output,
    struct tls_error *err)
{
	const char *file = output->keylog;
	struct stat st;
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0 && output->keylog_wish) {
		bus_note(bus, NULL, "SSLKEYLOGFILE: %s cannot be opened for "
		    "writing: %s; no secrets are written", file,
		    strerror(errno));
		return true;
	}
	if (output->keylog_wish)
		bus_note(bus, NULL, "SSLKEYLOGFILE: the secrets of all "
		    "sessions are appended to %s", file);
	if (fd < 0)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-keylogfile %s: cannot be opened for writing: %s", file,
		    strerror(errno));
	if (!make_private(bus, output->keylog_wish ? "SSLKEYLOGFILE" :
	    "-keylogfile", file, fd, err)) {
		close(fd);
		return false;
	}
	bus_add(bus, keylog_new(file, fd,
	    fstat(fd, &st) == 0 && st.st_size == 0));
	return true;
}

bool
sinks_open(struct bus *bus, const struct sink_options *output,
    enum service_mode mode, struct tls_error *err)
{
	struct target json;

	if (!open_json(output, &json, err))
		return false;
	bus_add(bus, text_new(output, mode, json.fd == STDOUT_FILENO ?
	    WRITER_NOWHERE : STDOUT_FILENO, STDERR_FILENO));
	if (json.owns && output->secrets &&
	    !make_private(bus, "-json", output->json, json.fd, err)) {
		close(json.fd);
		return false;
	}
	if (json.fd >= 0)
		bus_add(bus, lines_new(output, json.fd, json.owns));
	return !output->keylog || open_keylog(bus, output, err);
}
