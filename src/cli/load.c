/* load.c - keys, certificates and trust, out of their files
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/loaded.h"
#include "cli/pass.h"
#include "cli/pem.h"
#include "pki/pki.h"
#include "wire/x509.h"

#define DEFAULT_CERT	"server.pem"

/* ---- lists of certificates -------------------------------------------- */

static void
list_add(struct der_list *list, struct tls_span der)
{
	list->spans = mem_grow(list->spans,
	    (list->num + 1) * sizeof *list->spans);
	list->spans[list->num++] = (struct tls_span){
	    mem_copy(der.data, der.len), der.len };
}

static void
list_clear(struct der_list *list)
{
	for (size_t i = 0; i < list->num; i++)
		free((uint8_t *)list->spans[i].data);
	free(list->spans);
	*list = (struct der_list){ NULL, 0 };
}

static bool
is_self_signed(struct tls_span der)
{
	struct x509 cert;

	return x509_parse(der, &cert) &&
	    span_equal(cert.issuer, cert.subject);
}

/* ---- certificates ----------------------------------------------------- */

static bool
fail(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s", file->option,
	    file->name, why);
}

/* Holds a format that was insisted on against the file; sets `pem`. */
static bool
check_form(const struct named_file *file, const char *option,
    const char *form, bool *pem, struct tls_error *err)
{
	struct tls_span bytes = buf_span(&file->bytes);
	const char *found;

	*pem = pem_is(bytes);
	if (!*pem && der_is_pkcs12(bytes))
		return fail(file, "is PKCS#12: make it PEM with \"openssl "
		    "pkcs12 -nodes -in OLD -out NEW\"", err);
	if (!*pem && !der_sequence(bytes).len)
		return fail(file, "is neither PEM nor DER: a PEM file has a "
		    "line with -----BEGIN", err);
	found = *pem ? "PEM" : "DER";
	if (form && strcmp(form, found))
		return err_set(err, TLS_BLAME_CONFIG, "%sform %s but %.120s "
		    "is %s: leave out %sform, and the format is seen",
		    option, form, file->name, found, option);
	return true;
}

static bool
add_pem(struct der_list *list, const struct named_file *file,
    struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;

	while (pem_next(&rest, &block)) {
		struct buf der = BUF_INIT;
		struct tls_span first;
		struct x509 cert;
		bool good;

		if (!block.whole)
			return fail(file, "a PEM block lacks its END line",
			    err);
		if (!pem_is_certificate(&block))
			continue;
		good = text_read_base64(&der, block.body);
		/* a TRUSTED CERTIFICATE has something behind it */
		first = der_sequence(buf_span(&der));
		good = good && first.len && x509_parse(first, &cert);
		if (good)
			list_add(list, first);
		buf_clear(&der);
		if (!good)
			return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: "
			    "certificate %zu in it is damaged", file->option,
			    file->name, list->num + 1);
	}
	if (list->num == 0)
		return fail(file, "holds no certificate, only other PEM "
		    "blocks", err);
	return true;
}

static bool
add_der(struct der_list *list, const struct named_file *file,
    struct tls_error *err)
{
	struct tls_span der = der_sequence(buf_span(&file->bytes));
	struct x509 cert;

	if (!x509_parse(der, &cert))
		return fail(file, "holds no certificate, but other DER", err);
	list_add(list, der);
	return true;
}

/* Reads all certificates of a file; `option` is what `form` belongs to. */
static bool
read_certs(struct der_list *list, const struct named_file *file,
    const char *option, const char *form, struct tls_error *err)
{
	bool pem;

	if (!check_form(file, option, form, &pem, err))
		return false;
	return pem ? add_pem(list, file, err) : add_der(list, file, err);
}

/* Keeps the leaf and what is no root: a client has its roots, or does not
 * believe ours. */
static void
drop_roots(struct der_list *chain)
{
	size_t kept = 1;

	for (size_t i = 1; i < chain->num; i++) {
		if (is_self_signed(chain->spans[i]))
			free((uint8_t *)chain->spans[i].data);
		else
			chain->spans[kept++] = chain->spans[i];
	}
	chain->num = kept;
}

/* ---- keys ------------------------------------------------------------- */

/* One pair of options, "-cert" or "-dcert". */
struct pair {
	const struct settings_identity *words;
	const char *cert_option, *key_option, *pass_option;
	unsigned pass_line;	/* of a file: source */
};

static bool
refuse_keyless(const struct named_file *file, const struct pair *pair,
    struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: holds no private "
	    "key: name the file that does with %s", file->option, file->name,
	    pair->key_option);
}

/* Finds the key in `file`: its block's text, or DER. */
static bool
find_key(const struct named_file *file, const struct pair *pair,
    struct tls_span *key, bool *encrypted, struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;
	struct x509 cert;
	bool pem;

	if (!check_form(file, pair->key_option, pair->words->key_form, &pem,
	    err))
		return false;
	if (!pem) {
		*key = der_sequence(rest);
		*encrypted = der_is_encrypted_key(*key);
		return !x509_parse(*key, &cert) || refuse_keyless(file, pair,
		    err);
	}
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

static bool
take_pass(struct tls_identity *identity, const struct pair *pair,
    bool encrypted, const struct plug *plug, struct tls_error *err)
{
	if (!encrypted)
		return true;
	if (!plug_require(plug, TLS_FEATURE_KEY_ENCRYPTED,
	    "an encrypted private key", err))
		return false;
	if (!identity->pass)
		identity->pass = pass_ask(pair->pass_option,
		    identity->key_origin, err);
	return identity->pass != NULL;
}

static bool
load_key(struct tls_identity *identity, const struct pair *pair,
    const struct named_file *cert, const struct plug *plug,
    struct tls_error *err)
{
	const char *name = pair->words->key;
	struct named_file own = { pair->key_option, name, BUF_INIT };
	/* A pipe can be read only once. */
	bool apart = name && strcmp(name, cert->name);
	const struct named_file *file = apart ? &own : cert;
	struct tls_span key;
	bool encrypted = false, good;

	identity->key_origin = mem_string(file->name);
	good = (!apart || file_read(&own, err)) &&
	    find_key(file, pair, &key, &encrypted, err);
	if (good) {
		struct buf copy = BUF_INIT;

		buf_add_span(&copy, key);
		identity->key = buf_span(&copy);
		good = take_pass(identity, pair, encrypted, plug, err);
	}
	file_clear(&own);
	return good;
}

/* ---- identities ------------------------------------------------------- */

static bool
load_identity(struct loaded *loaded, const struct pair *pair,
    const struct plug *plug, struct tls_error *err)
{
	struct tls_identity *identity =
	    &loaded->identities[loaded->num_identities];
	struct der_list *chain = &loaded->chains[loaded->num_identities];
	const struct settings_identity *words = pair->words;
	struct named_file file = { pair->cert_option,
	    words->cert ? words->cert : DEFAULT_CERT, BUF_INIT };
	bool good;

	loaded->num_identities++;
	if (!words->cert)
		file.option = "the default of -cert,";
	identity->cert_origin = mem_string(file.name);
	if (words->pass && !(identity->pass = pass_read(pair->pass_option,
	    words->pass, pair->pass_line, err)))
		return false;
	good = file_read(&file, err) &&
	    read_certs(chain, &file, pair->cert_option, words->cert_form,
	    err) &&
	    load_key(identity, pair, &file, plug, err);
	file_clear(&file);
	if (!good)
		return false;
	drop_roots(chain);
	identity->chain = chain->spans;
	identity->num_chain = chain->num;
	return true;
}

static bool
same_source(const char *first, const char *second)
{
	return first && second && !strncmp(first, "file:", 5) &&
	    !strcmp(first, second);
}

static bool
load_identities(struct loaded *loaded, const struct settings_tls *tls,
    const struct plug *plug, struct tls_error *err)
{
	const struct pair first = {
		.words = &tls->first, .cert_option = "-cert",
		.key_option = "-key", .pass_option = "-pass", .pass_line = 1,
	};
	const struct pair second = {
		.words = &tls->second, .cert_option = "-dcert",
		.key_option = "-dkey", .pass_option = "-dpass",
		.pass_line = same_source(tls->first.pass, tls->second.pass) ?
		    2 : 1,
	};

	return load_identity(loaded, &first, plug, err) &&
	    (!tls->second.cert || load_identity(loaded, &second, plug, err));
}

/* ---- made on the spot ------------------------------------------------- */

static const struct made {
	enum tls_key_kind kind;
	const char *name;
} made_kinds[] = {
	{ TLS_KEY_P256, "ECDSA P-256" },
	{ TLS_KEY_RSA2048, "RSA 2048" },
};

static void
add_note(struct buf *notes, const struct tls_backend *backend,
    const struct made *made, struct tls_span der)
{
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	size_t len = backend->digest(TLS_DIGEST_SHA256, der, hash);

	buf_printf(notes, "made a certificate for localhost (%s, valid 30 "
	    "days)", made->name);
	for (size_t i = 0; i < len; i++)
		buf_printf(notes, "%s%02X", i ? ":" :
		    ", SHA-256 fingerprint ", hash[i]);
	buf_add_string(notes, "\n");
}

static bool
make_identity(struct loaded *loaded, const struct made *made,
    const struct plug *plug, struct buf *notes, struct tls_error *err)
{
	struct tls_identity *identity =
	    &loaded->identities[loaded->num_identities];
	struct der_list *chain = &loaded->chains[loaded->num_identities];
	int64_t now = clock_system.wall_us(&clock_system) / 1000000;
	struct pki_cert cert;

	if (!pki_self_signed(&cert, plug->backend, made->kind, now, err))
		return false;
	loaded->num_identities++;
	list_add(chain, cert.der);
	add_note(notes, plug->backend, made, cert.der);
	/* the key is handed over, and wiped with the others */
	identity->key = cert.key;
	cert.key = (struct tls_span){ NULL, 0 };
	pki_cert_clear(&cert);
	identity->chain = chain->spans;
	identity->num_chain = chain->num;
	identity->cert_origin = mem_string("the certificate made");
	identity->key_origin = mem_string("the key made");
	return true;
}

/* One for everybody; and an RSA one for who asks for old suites. */
static bool
make_identities(struct loaded *loaded, const struct settings_tls *tls,
    const struct plug *plug, struct buf *notes, struct tls_error *err)
{
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);
	const struct tls_answer *answer = &plug->answers[TLS_FEATURE_MAKE_KEY];

	if (tls->first.key)
		return err_set(err, TLS_BLAME_CONFIG, "-key %.120s without "
		    "-cert, and there is no " DEFAULT_CERT ": name its "
		    "certificate with -cert", tls->first.key);
	if (answer->support <= TLS_SUPPORT_NONE)
		return err_set(err, TLS_BLAME_FEATURE, "no -cert, no "
		    DEFAULT_CERT ", and the %s backend makes none (%s): name "
		    "a certificate with -cert", plug->backend->name,
		    answer->note ? answer->note : "it did not say why");
	if (!make_identity(loaded, &made_kinds[0], plug, notes, err))
		return false;
	if ((tls->cipher || tls->only & old) &&
	    plug->answers[TLS_FEATURE_IDENTITIES].support > TLS_SUPPORT_NONE)
		return make_identity(loaded, &made_kinds[1], plug, notes,
		    err);
	return true;
}

/* ---- the whole -------------------------------------------------------- */

static bool
load_roots(struct loaded *loaded, const char *name, struct tls_error *err)
{
	struct named_file file = { "-CAfile", name, BUF_INIT };
	bool good;

	if (!name)
		return true;
	good = file_read(&file, err) &&
	    read_certs(&loaded->roots, &file, file.option, NULL, err);
	file_clear(&file);
	return good;
}

static bool
make_ticket_key(struct loaded *loaded, struct tls_error *err)
{
	ssize_t len = getrandom(loaded->ticket_key,
	    sizeof loaded->ticket_key, 0);

	return len == (ssize_t)sizeof loaded->ticket_key ||
	    err_set(err, TLS_BLAME_US, "no random bytes: %s",
	    strerror(errno));
}

struct loaded *
loaded_new(const struct settings *settings, const struct plug *plug,
    struct buf *notes, struct tls_error *err)
{
	const struct settings_tls *tls = &settings->tls;
	struct loaded *loaded = mem_zero(1, sizeof *loaded);
	bool files = tls->first.cert || access(DEFAULT_CERT, F_OK) == 0;

	if (files ? load_identities(loaded, tls, plug, err) :
	    make_identities(loaded, tls, plug, notes, err))
		if (load_roots(loaded, tls->ca_file, err) &&
		    make_ticket_key(loaded, err))
			return loaded;
	loaded_free(loaded);
	return NULL;
}

/* All of it is ours, though a config may only look at it. */
void
loaded_free(struct loaded *loaded)
{
	if (!loaded)
		return;
	for (size_t i = 0; i < loaded->num_identities; i++) {
		struct tls_identity *identity = &loaded->identities[i];

		if (identity->key.len)
			mem_wipe((uint8_t *)identity->key.data,
			    identity->key.len);
		free((uint8_t *)identity->key.data);
		pass_free((char *)identity->pass);
		free((char *)identity->cert_origin);
		free((char *)identity->key_origin);
		list_clear(&loaded->chains[i]);
	}
	list_clear(&loaded->roots);
	for (size_t i = 0; i < loaded->num_suites; i++)
		free(loaded->suites[i]);
	free(loaded->suites);
	mem_wipe(loaded->ticket_key, sizeof loaded->ticket_key);
	free(loaded);
}
