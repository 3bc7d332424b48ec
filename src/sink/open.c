/* sink/open.c - opening what an option of an output names
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/text.h"

#define FD_PREFIX	"fd:"

bool
open_is_descriptor(const char *word)
{
	return strncmp(word, FD_PREFIX, strlen(FD_PREFIX)) == 0;
}

bool
open_descriptor(const char *option, const char *word, int *fd,
    struct tls_error *err)
{
	unsigned long number;
	int flags;

	if (!text_read_number(word + strlen(FD_PREFIX), 0, INT_MAX, &number))
		return err_set(err, TLS_BLAME_CONFIG,
		    "%s %s: no number of a descriptor after \"fd:\"", option,
		    word);
	flags = fcntl((int)number, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_set(err, TLS_BLAME_CONFIG,
		    "%s %s: descriptor %lu is not open for writing", option,
		    word, number);
	if (number > 2)
		fcntl((int)number, F_SETFD, FD_CLOEXEC);
	*fd = (int)number;
	return true;
}

bool
open_make_private(struct bus *bus, const char *option, const char *file,
    int fd, struct tls_error *err)
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
