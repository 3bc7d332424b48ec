/* pem.c - whole files, and the PEM blocks in them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 7468, RFC 1421
 */
#include "load/pem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "wire/der.h"

/* The trust stores of whole operating systems have a quarter of this. */
#define MAX_FILE	(1 << 20)

/* ---- files ------------------------------------------------------------ */

static bool
fail(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s", file->option,
	    file->name, why);
}

static bool
read_all(struct named_file *file, int fd, struct tls_error *err)
{
	ssize_t num;

	do {
		uint8_t *at = buf_reserve(&file->bytes, 4096);

		num = read(fd, at, 4096);
		if (num < 0 && errno == EINTR)
			continue;
		if (num < 0)
			return fail(file, strerror(errno), err);
		file->bytes.len += (size_t)num;
		if (file->bytes.len > MAX_FILE)
			return fail(file, "larger than 1 MiB: name a file "
			    "that holds certificates or a key", err);
	} while (num != 0);
	if (file->bytes.len == 0)
		return fail(file, "the file is empty", err);
	return true;
}

bool
file_read(struct named_file *file, struct tls_error *err)
{
	struct stat status;
	bool good;
	int fd = open(file->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return fail(file, errno == EACCES ?
		    "may not be read: check its owner and permissions" :
		    errno == ENOENT ? "there is no such file: check its name" :
		    strerror(errno), err);
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		good = fail(file, "is a directory: name a file in it", err);
	else
		good = read_all(file, fd, err);
	close(fd);
	if (!good)
		file_clear(file);
	else
		buf_string(&file->bytes);
	return good;
}

void
file_clear(struct named_file *file)
{
	buf_wipe(&file->bytes);
}

/* ---- PEM -------------------------------------------------------------- */

static const char begin_mark[] = "-----BEGIN ";
static const char end_mark[] = "-----END ";
static const char dashes[] = "-----";

static bool
starts_with(struct tls_span text, const char *word)
{
	return text.len >= strlen(word) &&
	    !memcmp(text.data, word, strlen(word));
}

static struct tls_span
from(struct tls_span text, size_t at)
{
	return (struct tls_span){ text.data + at, text.len - at };
}

/* The bytes of the first line of `text` with its line end. */
static size_t
line_len(struct tls_span text)
{
	const uint8_t *end = text.len ? memchr(text.data, '\n', text.len) :
	    NULL;

	return end ? (size_t)(end - text.data) + 1 : text.len;
}

/* Skips whole lines until one begins with `word`. */
static bool
skip_to(struct tls_span *text, const char *word)
{
	while (text->len) {
		if (starts_with(*text, word))
			return true;
		*text = from(*text, line_len(*text));
	}
	return false;
}

/* The label of a BEGIN or END line whose first word is `mark`. */
static struct tls_span
label_in(struct tls_span line, const char *mark)
{
	struct tls_span label = from(line, strlen(mark));
	size_t len = 0;

	while (len < label.len && !starts_with(from(label, len), dashes))
		len++;
	label.len = len;
	return label;
}

/* Skips the headers of RFC 1421 that old keys have before an empty line. */
static void
skip_headers(struct pem_block *block)
{
	struct tls_span at = block->body;
	bool any = false;

	while (at.len) {
		size_t len = line_len(at);

		if (starts_with(at, "Proc-Type: 4,ENCRYPTED"))
			block->encrypted = true;
		if (len <= 2 && (*at.data == '\n' || *at.data == '\r')) {
			if (any)
				block->body = from(at, len);
			return;
		}
		if (!memchr(at.data, ':', len) && !any)
			return;
		any = true;
		at = from(at, len);
	}
}

bool
pem_is(struct tls_span bytes)
{
	return skip_to(&bytes, begin_mark);
}

bool
pem_next(struct tls_span *rest, struct pem_block *block)
{
	struct tls_span at = *rest, line;

	if (!skip_to(&at, begin_mark))
		return false;
	line = (struct tls_span){ at.data, line_len(at) };
	*block = (struct pem_block){
		.label = label_in(line, begin_mark),
		.text = at,
		.body = from(at, line.len),
	};
	at = block->body;
	block->whole = skip_to(&at, end_mark);
	block->body.len -= at.len;
	if (block->whole) {
		line = (struct tls_span){ at.data, line_len(at) };
		block->whole = span_equal(block->label,
		    label_in(line, end_mark));
		at = from(at, line.len);
	}
	block->text.len -= at.len;
	skip_headers(block);
	*rest = at;
	return true;
}

bool
pem_is_certificate(const struct pem_block *block)
{
	static const char *const labels[] = {
		"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE",
	};

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (span_equal(block->label, span_of(labels[i])))
			return true;
	return false;
}

bool
pem_is_key(const struct pem_block *block)
{
	struct tls_span word = span_of("PRIVATE KEY"), label = block->label;

	if (label.len < word.len)
		return false;
	return span_equal(from(label, label.len - word.len), word);
}

bool
pem_is_crl(const struct pem_block *block)
{
	return span_equal(block->label, span_of("X509 CRL"));
}

/* ---- DER -------------------------------------------------------------- */

struct tls_span
der_sequence(struct tls_span bytes)
{
	struct tls_span whole;

	if (!der_take_whole(&bytes, DER_SEQUENCE, &whole))
		return (struct tls_span){ NULL, 0 };
	return whole;
}

bool
der_is_encrypted_key(struct tls_span key)
{
	struct tls_span inside, part;

	/* The algorithm comes first; a bare key begins with its version. */
	return der_take(&key, DER_SEQUENCE, &inside) &&
	    der_take(&inside, DER_SEQUENCE, &part) &&
	    der_take(&inside, DER_OCTET_STRING, &part);
}

bool
der_is_pkcs12(struct tls_span bytes)
{
	struct tls_span inside, version;

	/* The version of a key is 0 or 1 here. */
	return der_take(&bytes, DER_SEQUENCE, &inside) &&
	    der_take(&inside, DER_INTEGER, &version) && version.len == 1 &&
	    *version.data == 3;
}
