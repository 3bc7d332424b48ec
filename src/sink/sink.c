/* sink/sink.c - opens the sinks that were asked for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "sink/json.h"
#include "sink/keylog.h"
#include "sink/open.h"
#include "sink/pcapng.h"
#include "sink/text.h"

/* Where -json goes. */
struct target {
	int fd;			/* -1: nowhere */
	bool owns;
};

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
	if (open_is_descriptor(word))
		return open_descriptor("-json", word, &target->fd, err);
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
	if (!open_make_private(bus, output->keylog_wish ? "SSLKEYLOGFILE" :
	    "-keylogfile", file, fd, err)) {
		close(fd);
		return false;
	}
	bus_add(bus, keylog_new(file, fd,
	    fstat(fd, &st) == 0 && st.st_size == 0));
	return true;
}

/* Where the text for standard output goes. */
static int
out_of(const struct sink_options *output, int json)
{
	if (output->aside)
		return output->silent ? WRITER_NOWHERE : STDERR_FILENO;
	return json == STDOUT_FILENO || pcapng_is_output(output->pcapng) ?
	    WRITER_NOWHERE : STDOUT_FILENO;
}

bool
sinks_open(struct bus *bus, const struct sink_options *output,
    enum service_mode mode, struct tls_error *err)
{
	struct target json;

	if (!open_json(output, &json, err))
		return false;
	bus_add(bus, text_new(output, mode, out_of(output, json.fd),
	    STDERR_FILENO));
	if (json.owns && output->secrets &&
	    !open_make_private(bus, "-json", output->json, json.fd, err)) {
		close(json.fd);
		return false;
	}
	if (json.fd >= 0)
		bus_add(bus, lines_new(output, json.fd, json.owns));
	return (!output->keylog || open_keylog(bus, output, err)) &&
	    (!output->pcapng || pcapng_open(bus, output, err));
}
