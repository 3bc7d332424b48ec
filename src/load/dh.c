/* dh.c - parameters of ephemeral Diffie-Hellman, from files
 * SPDX-License-Identifier: Apache-2.0
 * Reference: PKCS#3; RFC 3279, 2.3.3 for X9.42
 */
#include "load/dh.h"

#include "base/err.h"
#include "base/text.h"
#include "wire/der.h"
#include "wire/der_out.h"

/* Fewer bits are broken in an afternoon; with more a handshake takes one. */
#define LEAST_BITS	512
#define MOST_BITS	10000

/* A third number of more bits is not the length of PKCS#3 but the q of X9.42,
 * for which TLS has no place: its p and g are sent. */
#define MOST_LENGTH_BITS	32

static bool
refuse(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s: make some with "
	    "\"openssl dhparam -out FILE 2048\"", file->option, file->name,
	    why);
}

static bool
is_positive(struct tls_span number)
{
	return number.len > 0 && !(number.data[0] & 0x80) &&
	    der_bits(number) > 0;
}

static bool
take_params(struct buf *out, struct tls_span der,
    const struct named_file *file, struct tls_error *err)
{
	struct tls_span whole = der_sequence(der), rest, p, g, more;
	struct tls_span at = whole;
	size_t mark;

	if (!whole.len || !der_take(&at, DER_SEQUENCE, &rest) ||
	    !der_take(&rest, DER_INTEGER, &p) ||
	    !der_take(&rest, DER_INTEGER, &g))
		return refuse(file, "holds no DH parameters", err);
	if (!is_positive(p) || !is_positive(g) || der_bits(g) < 2 ||
	    der_bits(g) > der_bits(p) || !(p.data[p.len - 1] & 1))
		return refuse(file, "its DH parameters are no prime and "
		    "generator", err);
	if (der_bits(p) < LEAST_BITS || der_bits(p) > MOST_BITS)
		return refuse(file, "its prime does not have 512 to 10000 "
		    "bits", err);
	out->len = 0;
	if (!der_take(&rest, DER_INTEGER, &more) ||
	    der_bits(more) <= MOST_LENGTH_BITS) {
		buf_add_span(out, whole);
		return true;
	}
	mark = der_begin(out);
	der_add(out, DER_INTEGER, p);
	der_add(out, DER_INTEGER, g);
	der_end(out, mark, DER_SEQUENCE);
	return true;
}

/* Looks through the blocks of a PEM file for parameters. */
static bool
read_pem(struct buf *out, const struct named_file *file,
    struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;

	while (pem_next(&rest, &block)) {
		struct buf der = BUF_INIT;
		bool good;

		if (!span_equal(block.label, span_of("DH PARAMETERS")) &&
		    !span_equal(block.label, span_of("X9.42 DH PARAMETERS")))
			continue;
		if (!block.whole)
			return refuse(file, "its DH PARAMETERS lack their END "
			    "line", err);
		good = text_read_base64(&der, block.body) ?
		    take_params(out, buf_span(&der), file, err) :
		    refuse(file, "its DH PARAMETERS are damaged", err);
		buf_clear(&der);
		return good;
	}
	return true;
}

bool
dh_look(struct buf *out, const struct named_file *file,
    struct tls_error *err)
{
	return !pem_is(buf_span(&file->bytes)) || read_pem(out, file, err);
}

bool
dh_read(struct buf *out, const struct named_file *file, struct tls_error *err)
{
	if (!pem_is(buf_span(&file->bytes)))
		return take_params(out, buf_span(&file->bytes), file, err);
	if (!read_pem(out, file, err))
		return false;
	return out->len || refuse(file, "holds no DH parameters, only other "
	    "PEM blocks", err);
}
