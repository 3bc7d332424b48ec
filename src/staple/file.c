/* file.c - the response of -status_file, read again for each client
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "staple/internal.h"
#include "wire/ocsp.h"
#include "wire/x509.h"

/* Why an open file cannot be used, or null. */
static const char *
fault_of(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return strerror(errno);
	if (S_ISDIR(st.st_mode))
		return "it is a directory";
	if (!S_ISREG(st.st_mode))
		return "it is no plain file, which could be read again for "
		    "each client";
	if (st.st_size == 0)
		return "it is empty";
	if (st.st_size > STAPLE_MOST)
		return "it is too long for a response";
	return NULL;
}

static const char *
read_all(int fd, struct buf *out)
{
	ssize_t got;

	do {
		got = read(fd, buf_reserve(out, STAPLE_MOST), STAPLE_MOST);
		if (got > 0)
			out->len += (size_t)got;
	} while (got > 0 && out->len <= STAPLE_MOST);
	return got < 0 ? strerror(errno) : NULL;
}

bool
staple_read_file(const char *name, struct buf *out, struct tls_error *err)
{
	/* So as not to wait for the other end of a FIFO. */
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *fault = fault_of(fd);
	struct ocsp response;

	if (!fault)
		fault = read_all(fd, out);
	if (fd >= 0)
		close(fd);
	if (!fault && !ocsp_parse(buf_span(out), &response))
		fault = "it is no OCSP response in DER";
	return !fault || err_set(err, TLS_BLAME_CONFIG, "-status_file %.120s: "
	    "%s: make one with \"openssl ocsp -respout FILE\"", name, fault);
}

static bool
is_for(const struct ocsp *response, const struct tls_identity *identity)
{
	struct x509 cert;

	return identity->num_chain &&
	    x509_parse(identity->chain[0], &cert) &&
	    ocsp_names(response, cert.serial, NULL);
}

void
staple_give_file(struct staple_ask *ask)
{
	const struct tls_config *config = ask->question.config;
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = { .kind = EVENT_OCSP };
	struct buf der = BUF_INIT;
	struct ocsp response;
	size_t named = 0;

	if (!staple_read_file(ask->stapler->options->file, &der, &err)) {
		event.ocsp.step = OCSP_FILE_FAILED;
		event.ocsp.error = &err;
		staple_tell(ask, 0, &event);
		ask->broken = true;
		buf_clear(&der);
		return;
	}
	ocsp_parse(buf_span(&der), &response);
	for (size_t i = 0; i < ask->num; i++)
		named += is_for(&response, &config->identities[i]);
	for (size_t i = 0; i < ask->num; i++)
		if (!named || is_for(&response, &config->identities[i]))
			staple_give(ask, i, buf_span(&der));
	buf_clear(&der);
}
