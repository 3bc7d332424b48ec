/* cert.c - certificates made from a recipe
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 4
 */
#include "pki/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "wire/x509.h"

#define RSA_BITS	2048
#define SERIAL_LEN	16

/* Contents of OBJECT IDENTIFIERs. */
static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t oid_key_id[] = { 0x55, 0x1d, 0x0e };
static const uint8_t oid_key_usage[] = { 0x55, 0x1d, 0x0f };
static const uint8_t oid_alt_name[] = { 0x55, 0x1d, 0x11 };
static const uint8_t oid_constraints[] = { 0x55, 0x1d, 0x13 };
static const uint8_t oid_crl_points[] = { 0x55, 0x1d, 0x1f };
static const uint8_t oid_extended_usage[] = { 0x55, 0x1d, 0x25 };
static const uint8_t oid_information[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01
};
static const uint8_t oid_ocsp[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01
};
static const uint8_t oid_issuers[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02
};

/* GeneralName (RFC 5280, 4.2.1.6). */
#define NAME_DNS	DER_IMPLICIT(2)
#define NAME_URL	DER_IMPLICIT(6)
#define NAME_ADDRESS	DER_IMPLICIT(7)

/* A certificate being made. */
struct draft {
	const struct pki_recipe *recipe;
	const struct tls_primitives *primitives;
	struct tls_key key;
	struct pki_signer signer;
	uint8_t random[SERIAL_LEN];
	struct tls_span serial;
	/* Of the issuer; for a self-signed one the name is empty and the key
	 * its own. */
	struct tls_span issuer_name, issuer_spki;
};

/* ---- parts -------------------------------------------------------------- */

static void
add_subject(struct buf *out, const char *common_name)
{
	size_t name = der_begin(out), set, attribute;

	if (common_name) {
		set = der_begin(out);
		attribute = der_begin(out);
		der_add(out, DER_OID, PKI_SPAN(oid_common_name));
		der_add(out, DER_UTF8_STRING, span_of(common_name));
		der_end(out, attribute, DER_SEQUENCE);
		der_end(out, set, DER_SET);
	}
	der_end(out, name, DER_SEQUENCE);
}

static void
add_constraints(struct buf *out, const struct pki_recipe *recipe)
{
	static const uint8_t yes[] = { 0xff };
	struct buf value = BUF_INIT;
	size_t mark = der_begin(&value);

	if (recipe->ca) {
		der_add(&value, DER_BOOLEAN, PKI_SPAN(yes));
		if (recipe->path_len >= 0)
			der_add_small(&value, (unsigned)recipe->path_len);
	}
	der_end(&value, mark, DER_SEQUENCE);
	pki_add_extension(out, PKI_SPAN(oid_constraints), true, &value);
	buf_clear(&value);
}

/* Bit 0 of a named bit list is the highest bit of the first byte, and zero bits
 * at its end are left out (X.690, 11.2.2). */
static void
add_usage(struct buf *out, unsigned usage)
{
	uint8_t bits[] = { 0, 0 };
	struct buf value = BUF_INIT;

	for (unsigned i = 0; i < 8; i++)
		if (usage & 1u << i) {
			bits[0] = (uint8_t)(7 - i);
			bits[1] |= (uint8_t)(0x80u >> i);
		}
	der_add(&value, DER_BIT_STRING, PKI_SPAN(bits));
	pki_add_extension(out, PKI_SPAN(oid_key_usage), true, &value);
	buf_clear(&value);
}

static void
add_purposes(struct buf *out, unsigned purposes)
{
	static const struct {
		unsigned purpose;
		uint8_t last;
	} rows[] = {
		{ PKI_SERVER, 1 }, { PKI_CLIENT, 2 }, { PKI_OCSP_SIGNING, 9 },
	};
	uint8_t oid[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0 };
	struct buf value = BUF_INIT;
	size_t mark = der_begin(&value);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (purposes & rows[i].purpose) {
			oid[sizeof oid - 1] = rows[i].last;
			der_add(&value, DER_OID, PKI_SPAN(oid));
		}
	der_end(&value, mark, DER_SEQUENCE);
	pki_add_extension(out, PKI_SPAN(oid_extended_usage), false, &value);
	buf_clear(&value);
}

static void
add_alt_names(struct buf *out, const struct pki_recipe *recipe)
{
	struct buf value = BUF_INIT;
	size_t mark = der_begin(&value);

	for (size_t i = 0; i < recipe->num_dns_names; i++)
		der_add(&value, NAME_DNS, span_of(recipe->dns_names[i]));
	for (size_t i = 0; i < recipe->num_addresses; i++)
		der_add(&value, NAME_ADDRESS, recipe->addresses[i]);
	der_end(&value, mark, DER_SEQUENCE);
	pki_add_extension(out, PKI_SPAN(oid_alt_name), false, &value);
	buf_clear(&value);
}

static void
add_access(struct buf *out, struct tls_span method, const char *url)
{
	size_t mark = der_begin(out);

	if (!url)
		return;
	der_add(out, DER_OID, method);
	der_add(out, NAME_URL, span_of(url));
	der_end(out, mark, DER_SEQUENCE);
}

static void
add_urls(struct buf *out, const struct pki_recipe *recipe)
{
	struct buf value = BUF_INIT;
	size_t mark = der_begin(&value), point, name, full;

	if (recipe->ocsp_url || recipe->issuer_url) {
		add_access(&value, PKI_SPAN(oid_ocsp), recipe->ocsp_url);
		add_access(&value, PKI_SPAN(oid_issuers), recipe->issuer_url);
		der_end(&value, mark, DER_SEQUENCE);
		pki_add_extension(out, PKI_SPAN(oid_information), false,
		    &value);
	}
	if (recipe->crl_url) {
		mark = der_begin(&value);
		point = der_begin(&value);
		name = der_begin(&value);
		full = der_begin(&value);
		der_add(&value, NAME_URL, span_of(recipe->crl_url));
		der_end(&value, full, DER_CONTEXT(0));
		der_end(&value, name, DER_CONTEXT(0));
		der_end(&value, point, DER_SEQUENCE);
		der_end(&value, mark, DER_SEQUENCE);
		pki_add_extension(out, PKI_SPAN(oid_crl_points), false,
		    &value);
	}
	buf_clear(&value);
}

static void
add_key_ids(struct buf *out, const struct draft *draft)
{
	struct tls_span spki = { draft->key.spki, draft->key.spki_len };
	uint8_t id[TLS_DIGEST_MAX_LEN];
	struct buf value = BUF_INIT;

	if (pki_key_id(draft->primitives, spki, id)) {
		der_add(&value, DER_OCTET_STRING,
		    (struct tls_span){ id, PKI_KEY_ID_LEN });
		pki_add_extension(out, PKI_SPAN(oid_key_id), false, &value);
	}
	/* A self-signed certificate need not name its issuer's key. */
	if (draft->recipe->issuer)
		pki_add_authority(out, draft->primitives, draft->issuer_spki);
	buf_clear(&value);
}

static void
add_extensions(struct buf *out, const struct draft *draft)
{
	const struct pki_recipe *recipe = draft->recipe;
	size_t outer = der_begin(out), list = der_begin(out);

	add_constraints(out, recipe);
	if (recipe->usage)
		add_usage(out, recipe->usage);
	if (recipe->purposes)
		add_purposes(out, recipe->purposes);
	if (recipe->num_dns_names || recipe->num_addresses)
		add_alt_names(out, recipe);
	add_urls(out, recipe);
	if (!recipe->no_key_ids)
		add_key_ids(out, draft);
	der_end(out, list, DER_SEQUENCE);
	der_end(out, outer, DER_CONTEXT(3));
}

/* ---- the whole ---------------------------------------------------------- */

static void
add_to_be_signed(struct buf *out, const struct draft *draft)
{
	const struct pki_recipe *recipe = draft->recipe;
	size_t whole = der_begin(out), mark;

	mark = der_begin(out);
	der_add_small(out, 2);			/* v3 */
	der_end(out, mark, DER_CONTEXT(0));
	der_add_integer(out, draft->serial);
	pki_add_algorithm(out, draft->signer.scheme);
	if (recipe->issuer)
		buf_add_span(out, draft->issuer_name);
	else
		add_subject(out, recipe->common_name);
	mark = der_begin(out);
	der_add_time(out, recipe->not_before);
	der_add_time(out, recipe->not_after);
	der_end(out, mark, DER_SEQUENCE);
	add_subject(out, recipe->common_name);
	buf_add(out, draft->key.spki, draft->key.spki_len);
	add_extensions(out, draft);
	der_end(out, whole, DER_SEQUENCE);
}

static bool
draw_serial(struct draft *draft, struct tls_error *err)
{
	draft->serial = draft->recipe->serial;
	if (draft->serial.len)
		return true;
	if (getrandom(draft->random, sizeof draft->random, 0) !=
	    (ssize_t)sizeof draft->random)
		return err_set(err, TLS_BLAME_US, "no random bytes: %s",
		    strerror(errno));
	/* Positive, and 16 bytes long without a leading zero byte. */
	draft->random[0] = (draft->random[0] & 0x7f) | 0x40;
	draft->serial = (struct tls_span){ draft->random,
	    sizeof draft->random };
	return true;
}

static bool
read_issuer(struct draft *draft, struct tls_error *err)
{
	const struct pki_cert *issuer = draft->recipe->issuer;
	struct x509 cert;

	if (!issuer)
		return true;
	if (!x509_parse(issuer->der, &cert))
		return err_set(err, TLS_BLAME_US, "the issuer's certificate "
		    "cannot be read");
	draft->issuer_name = cert.subject;
	draft->issuer_spki = cert.spki;
	return true;
}

static bool
fill_draft(struct draft *draft, const struct tls_backend *backend,
    struct tls_error *err)
{
	const struct pki_recipe *recipe = draft->recipe;
	struct pki_cert itself = { .kind = recipe->kind };

	if (!pki_signer_init(&draft->signer, backend, recipe->issuer ?
	    recipe->issuer : &itself, recipe->scheme, err) ||
	    !draw_serial(draft, err) || !read_issuer(draft, err))
		return false;
	draft->primitives = backend->primitives;
	if (!draft->primitives->make_key(recipe->kind, recipe->bits ?
	    recipe->bits : RSA_BITS, &draft->key, err))
		return false;
	if (!recipe->issuer)
		draft->signer.key = (struct tls_span){ draft->key.der,
		    draft->key.der_len };
	return true;
}

bool
pki_make(struct pki_cert *cert, const struct tls_backend *backend,
    const struct pki_recipe *recipe, struct tls_error *err)
{
	struct draft draft = { .recipe = recipe };
	struct buf out = BUF_INIT, key = BUF_INIT;
	size_t whole = der_begin(&out), inner = der_begin(&out);
	bool made = fill_draft(&draft, backend, err);

	*cert = (struct pki_cert){ .kind = recipe->kind };
	if (made) {
		add_to_be_signed(&out, &draft);
		made = pki_sign(&out, inner, &draft.signer, err);
	}
	if (made) {
		der_end(&out, whole, DER_SEQUENCE);
		buf_add(&key, draft.key.der, draft.key.der_len);
		cert->der = buf_span(&out);
		cert->key = buf_span(&key);
	} else {
		buf_clear(&out);
	}
	mem_wipe(&draft.key, sizeof draft.key);
	return made;
}

void
pki_cert_clear(struct pki_cert *cert)
{
	/* Owned by the caller, although a span is read only. */
	if (cert->key.data)
		mem_wipe((uint8_t *)cert->key.data, cert->key.len);
	free((uint8_t *)cert->key.data);
	free((uint8_t *)cert->der.data);
	*cert = (struct pki_cert){ .kind = cert->kind };
}
