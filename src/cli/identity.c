/* identity.c - certificates with their keys, out of their files
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/pass.h"
#include "wire/x509.h"

/* ---- lists ------------------------------------------------------------ */

struct tls_identity *
identity_new(struct identity_list *list)
{
	size_t num = list->num++;

	list->list = mem_grow(list->list, list->num * sizeof *list->list);
	list->chains = mem_grow(list->chains,
	    list->num * sizeof *list->chains);
	list->list[num] = (struct tls_identity){ .chain = NULL };
	list->chains[num] = (struct der_list){ NULL, 0 };
	return &list->list[num];
}

/* All of it is ours, though a config may only look at it. */
void
identity_list_clear(struct identity_list *list)
{
	for (size_t i = 0; i < list->num; i++) {
		struct tls_identity *identity = &list->list[i];

		if (identity->key.len)
			mem_wipe((uint8_t *)identity->key.data,
			    identity->key.len);
		free((uint8_t *)identity->key.data);
		pass_free((char *)identity->pass);
		free((char *)identity->cert_origin);
		free((char *)identity->key_origin);
		der_list_clear(&list->chains[i]);
	}
	free(list->list);
	free(list->chains);
	*list = (struct identity_list){ NULL, NULL, 0 };
}

/* ---- certificates ----------------------------------------------------- */

static bool
fail(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s", file->option,
	    file->name, why);
}

/* Holds a format that was insisted on against the one found. */
static bool
check_form(const struct named_file *file, const char *option,
    const char *form, struct tls_error *err)
{
	const char *found = file_form(file, err);

	if (!found || !form || !strcmp(form, found))
		return found != NULL;
	return err_set(err, TLS_BLAME_CONFIG, "%sform %s but %.120s is %s: "
	    "leave out %sform, and the format is seen", option, form,
	    file->name, found, option);
}

/* Keeps the leaf and what is no root: a client has its roots, or does not
 * believe ours. */
static void
drop_roots(struct der_list *chain)
{
	size_t kept = 1;

	for (size_t i = 1; i < chain->num; i++) {
		if (x509_is_self_issued(chain->spans[i]))
			free((uint8_t *)chain->spans[i].data);
		else
			chain->spans[kept++] = chain->spans[i];
	}
	chain->num = kept;
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

/* Finds the key in `file`: its block's text, or DER. */
static bool
find_key(const struct named_file *file, const struct pair *pair,
    struct tls_span *key, bool *encrypted, struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;
	struct x509 cert;

	if (!check_form(file, pair->key_option, pair->words->key_form, err))
		return false;
	if (der_is_pkcs12(rest))
		return fail(file, "is PKCS#12: make it PEM with \"openssl "
		    "pkcs12 -nodes -in OLD -out NEW\"", err);
	if (!pem_is(rest)) {
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

/* ---- the whole -------------------------------------------------------- */

static bool
find_pass(struct tls_identity *identity, const struct pair *pair,
    struct tls_error *err)
{
	if (pair->pass)
		identity->pass = mem_string(pair->pass);
	else if (pair->words->pass)
		identity->pass = pass_read(pair->pass_option,
		    pair->words->pass, pair->pass_line ? pair->pass_line : 1,
		    err);
	return identity->pass || !pair->words->pass;
}

bool
identity_add(struct identity_list *list, const struct pair *pair,
    const struct plug *plug, struct tls_error *err)
{
	struct tls_identity *identity = identity_new(list);
	struct der_list *chain = &list->chains[list->num - 1];
	const struct settings_identity *words = pair->words;
	struct named_file file = { pair->cert_option,
	    words->cert ? words->cert : pair->default_cert, BUF_INIT };
	char option[64];
	bool good;

	if (!words->cert) {
		snprintf(option, sizeof option, "the default of %s,",
		    pair->cert_option);
		file.option = option;
	}
	identity->cert_origin = mem_string(file.name);
	if (!find_pass(identity, pair, err))
		return false;
	good = file_read(&file, err) &&
	    check_form(&file, pair->cert_option, words->cert_form, err) &&
	    certs_read(chain, &file, err) &&
	    load_key(identity, pair, &file, plug, err);
	file_clear(&file);
	if (!good)
		return false;
	drop_roots(chain);
	identity->chain = chain->spans;
	identity->num_chain = chain->num;
	return true;
}
