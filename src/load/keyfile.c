/* keyfile.c - a file with certificates, a key, or both
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/identity.h"

#include <string.h>

#include "base/err.h"
#include "load/pass.h"
#include "wire/x509.h"

static bool
fail(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s", file->option,
	    file->name, why);
}

/* ---- PKCS#12 ---------------------------------------------------------- */

/* What a backend finds in a PKCS#12 file. */
struct bag {
	struct tls_bag bag;		/* first: it is a bag */
	struct key_file *into;
};

static void
take_certificate(struct tls_bag *bag, struct tls_span der)
{
	der_list_add(&((struct bag *)bag)->into->certs, der);
}

static void
take_key(struct tls_bag *bag, struct tls_span der)
{
	struct buf *key = &((struct bag *)bag)->into->key;

	buf_wipe(key);
	buf_add_span(key, der);
}

static bool
unpack_once(struct key_file *in, const char *pass, const struct plug *plug,
    bool *wants_pass, struct tls_error *err)
{
	struct bag bag = { { take_certificate, take_key }, in };

	der_list_clear(&in->certs);
	*wants_pass = false;
	return plug->backend->unpack(buf_span(&in->file.bytes), pass,
	    &bag.bag, wants_pass, err);
}

static bool
unpack(struct key_file *in, const struct pair *pair,
    struct tls_identity *identity, const struct plug *plug,
    struct tls_error *err)
{
	char text[sizeof err->text];
	bool wants_pass;

	if (!plug_require(plug, TLS_FEATURE_KEY_PKCS12, "PKCS#12", err))
		return false;
	if (unpack_once(in, identity->pass, plug, &wants_pass, err))
		return true;
	if (wants_pass && !identity->pass) {
		identity->pass = identity_ask(pair, &in->file, err);
		if (!identity->pass)
			return false;
		if (unpack_once(in, identity->pass, plug, &wants_pass, err))
			return true;
	}
	if (wants_pass)
		return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: the pass "
		    "phrase does not open it: give the right one with %s",
		    in->file.option, in->file.name, pair->pass_option);
	memcpy(text, err->text, sizeof text);
	return err_set(err, err->blame, "%s %.100s: %.120s", in->file.option,
	    in->file.name, text);
}

/* ---- the file --------------------------------------------------------- */

bool
key_file_check(const struct key_file *in, const char *option,
    const char *wanted, struct tls_error *err)
{
	return !wanted || !strcmp(wanted, in->form) ||
	    err_set(err, TLS_BLAME_CONFIG, "%sform %s but %.120s is %s: "
	    "leave out %sform, and the format is seen", option, wanted,
	    in->file.name, in->form, option);
}

bool
key_file_open(struct key_file *in, const struct pair *pair,
    struct tls_identity *identity, const struct plug *plug,
    struct tls_error *err)
{
	if (!file_read(&in->file, err))
		return false;
	in->form = file_form(&in->file, err);
	if (!in->form || !key_file_check(in, in->option, in->wanted, err))
		return false;
	return strcmp(in->form, "P12") || unpack(in, pair, identity, plug,
	    err);
}

void
key_file_close(struct key_file *in)
{
	file_clear(&in->file);
	der_list_clear(&in->certs);
	buf_wipe(&in->key);
}

/* ---- keys ------------------------------------------------------------- */

static bool
refuse_keyless(const struct named_file *file, const struct pair *pair,
    struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: holds no private "
	    "key: name the file that does with %s", file->option, file->name,
	    pair->key_option);
}

static bool
find_pem(const struct named_file *file, const struct pair *pair,
    struct tls_span *key, bool *encrypted, struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;

	while (pem_next(&rest, &block)) {
		if (!pem_is_key(&block))
			continue;
		if (!block.whole)
			return fail(file, "its private key lacks its END line",
			    err);
		if (span_equal(block.label, span_of("OPENSSH PRIVATE KEY")))
			return fail(file, "a key of OpenSSH: convert a copy "
			    "with \"ssh-keygen -p -m PKCS8 -f COPY\"", err);
		*key = block.text;
		*encrypted = block.encrypted || span_equal(block.label,
		    span_of("ENCRYPTED PRIVATE KEY"));
		return true;
	}
	return refuse_keyless(file, pair, err);
}

bool
key_file_find(const struct key_file *in, const struct pair *pair,
    struct tls_span *key, bool *encrypted, struct tls_error *err)
{
	struct x509_crl crl;
	struct x509 cert;

	*encrypted = false;
	if (!strcmp(in->form, "P12")) {
		*key = buf_span(&in->key);
		return true;
	}
	if (!strcmp(in->form, "PEM"))
		return find_pem(&in->file, pair, key, encrypted, err);
	*key = der_sequence(buf_span(&in->file.bytes));
	*encrypted = der_is_encrypted_key(*key);
	return (!x509_parse(*key, &cert) && !x509_parse_crl(*key, &crl)) ||
	    refuse_keyless(&in->file, pair, err);
}
