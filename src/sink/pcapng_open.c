/* sink/pcapng_open.c - opens what -pcapng names
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "sink/open.h"

bool
pcapng_is_output(const char *word)
{
	return word && strcmp(word, "-") == 0;
}

static bool
open_output(const struct sink_options *output, struct pcapng_target *target,
    struct tls_error *err)
{
	if (output->json && strcmp(output->json, "-") == 0)
		return err_set(err, TLS_BLAME_CONFIG, "-pcapng - and -json -: "
		    "standard output can take one of them; name a file for the "
		    "other");
	if (isatty(STDOUT_FILENO))
		return err_set(err, TLS_BLAME_CONFIG, "-pcapng -: standard "
		    "output is a terminal, which cannot show packets; give it "
		    "to a program, such as \"| tshark -r -\"");
	target->fd = STDOUT_FILENO;
	return true;
}

static bool
is_folder(const char *word)
{
	struct stat st;

	return word[strlen(word) - 1] == '/' ||
	    (stat(word, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool
open_folder(const char *word, struct pcapng_target *target,
    struct tls_error *err)
{
	if (mkdir(word, 0700) != 0 && errno != EEXIST)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-pcapng %s: the directory cannot be made: %s", word,
		    strerror(errno));
	target->folder = open(word, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (target->folder < 0)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-pcapng %s: the directory cannot be opened: %s", word,
		    strerror(errno));
	if (faccessat(target->folder, ".", W_OK | X_OK, AT_EACCESS) == 0)
		return true;
	err_set(err, TLS_BLAME_CONFIG,
	    "-pcapng %s: no files can be made in this directory: %s", word,
	    strerror(errno));
	close(target->folder);
	return false;
}

static bool
open_file(struct bus *bus, const char *word, struct pcapng_target *target,
    struct tls_error *err)
{
	target->fd = open(word, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND |
	    O_CLOEXEC, 0600);
	if (target->fd < 0)
		return err_set(err, TLS_BLAME_CONFIG,
		    "-pcapng %s: cannot be opened for writing: %s", word,
		    strerror(errno));
	target->owns = true;
	if (open_make_private(bus, "-pcapng", word, target->fd, err))
		return true;
	close(target->fd);
	return false;
}

bool
pcapng_open(struct bus *bus, const struct sink_options *output,
    struct tls_error *err)
{
	const char *word = output->pcapng;
	struct pcapng_target target = { .name = word, .fd = -1, .folder = -1 };
	bool done;

	if (pcapng_is_output(word))
		done = open_output(output, &target, err);
	else if (open_is_descriptor(word))
		done = open_descriptor("-pcapng", word, &target.fd, err);
	else if (is_folder(word))
		done = open_folder(word, &target, err);
	else
		done = open_file(bus, word, &target, err);
	if (done)
		bus_add(bus, pcapng_new(&target));
	return done;
}
