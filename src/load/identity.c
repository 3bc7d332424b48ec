/* identity.c - certificates with their keys
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "load/dh.h"
#include "load/pass.h"
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

/* All of it is owned here, although the config has const pointers to it. */
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
		free((char *)identity->key_uri);
		free((char *)identity->cert_origin);
		free((char *)identity->key_origin);
		der_list_clear(&list->chains[i]);
	}
	free(list->list);
	free(list->chains);
	buf_clear(&list->dh);
	*list = (struct identity_list)IDENTITY_LIST_INIT;
}

/* The name of a file in a backend's messages. */
static const char *
origin_of(const struct named_file *file)
{
	struct buf words = BUF_INIT;

	buf_printf(&words, "%s %s", file->option, file->name);
	return buf_string(&words);
}

/* ---- certificates ----------------------------------------------------- */

static bool
take_certs(struct identity_list *list, struct key_file *in,
    struct tls_error *err)
{
	struct der_list *chain = &list->chains[list->num - 1];

	if (strcmp(in->form, "P12"))
		return certs_read(chain, &in->file, err) &&
		    (list->dh.len || dh_look(&list->dh, &in->file, err));
	if (in->certs.num == 0)
		return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: holds no "
		    "certificate: name a file that does", in->file.option,
		    in->file.name);
	*chain = in->certs;
	in->certs = (struct der_list){ NULL, 0 };
	return true;
}

/* ---- copies ------------------------------------------------------------- */

void
identity_copy(struct identity_list *list, const struct identity_list *from)
{
	for (size_t i = 0; i < from->num; i++) {
		const struct tls_identity *old = &from->list[i];
		struct tls_identity *identity = identity_new(list);
		struct der_list *chain = &list->chains[list->num - 1];

		for (size_t j = 0; j < old->num_chain; j++)
			der_list_add(chain, old->chain[j]);
		identity->chain = chain->spans;
		identity->num_chain = chain->num;
		identity->key = (struct tls_span){
		    mem_copy(old->key.data, old->key.len), old->key.len };
		identity->cert_origin = mem_string(old->cert_origin);
		identity->key_origin = mem_string(old->key_origin);
	}
}

/* ---- keys ------------------------------------------------------------- */

static bool
is_uri(const char *name)
{
	return name && !strncmp(name, "pkcs11:", 7);
}

/* A key that the library finds by its name. */
static bool
name_key(struct tls_identity *identity, const struct pair *pair,
    const struct plug *plug, struct tls_error *err)
{
	const char *name = pair->words->key;
	struct buf shown = BUF_INIT;
	char what[200];

	if (!name)
		return err_set(err, TLS_BLAME_CONFIG, "%sform ENGINE needs "
		    "%s with the name that the key has there",
		    pair->key_option, pair->key_option);
	if (!is_uri(name) && !pair->engine)
		return err_set(err, TLS_BLAME_CONFIG, "%sform ENGINE needs "
		    "-engine, or a %s that begins with pkcs11:",
		    pair->key_option, pair->key_option);
	buf_printf(&shown, "%s ", pair->key_option);
	text_add_uri(&shown, name);
	identity->key_origin = buf_string(&shown);
	snprintf(what, sizeof what, "%.160s", identity->key_origin);
	if (!(pair->engine && plug_can(plug, TLS_FEATURE_ENGINE)) &&
	    !plug_require(plug, is_uri(name) ?
	    TLS_FEATURE_KEY_URI : TLS_FEATURE_ENGINE, what, err))
		return false;
	identity->key_uri = mem_string(name);
	return true;
}

static bool
take_key(struct tls_identity *identity, const struct pair *pair,
    const struct key_file *in, const struct plug *plug, struct tls_error *err)
{
	struct buf copy = BUF_INIT;
	struct tls_span key;
	bool encrypted;

	if (!key_file_check(in, pair->key_option, pair->words->key_form,
	    err) ||
	    !key_file_find(in, pair, &key, &encrypted, err))
		return false;
	buf_add_span(&copy, key);
	identity->key = buf_span(&copy);
	if (!encrypted)
		return true;
	if (!plug_require(plug, TLS_FEATURE_KEY_ENCRYPTED,
	    "an encrypted private key", err))
		return false;
	if (!identity->pass)
		identity->pass = identity_ask(pair, &in->file, err);
	return identity->pass != NULL;
}

static bool
load_key(struct tls_identity *identity, const struct pair *pair,
    const struct key_file *cert, const struct plug *plug,
    struct tls_error *err)
{
	const char *name = pair->words->key, *form = pair->words->key_form;
	struct key_file own = {
		.file = { pair->key_option, name, BUF_INIT },
		.option = pair->key_option, .wanted = form,
	};
	bool good;

	if (is_uri(name) || (form && !strcmp(form, "ENGINE")))
		return name_key(identity, pair, plug, err);
	/* A pipe can be read only once. */
	if (!name || !strcmp(name, cert->file.name)) {
		identity->key_origin = origin_of(&cert->file);
		return take_key(identity, pair, cert, plug, err);
	}
	identity->key_origin = origin_of(&own.file);
	good = key_file_open(&own, pair, identity, plug, err) &&
	    take_key(identity, pair, &own, plug, err);
	key_file_close(&own);
	return good;
}

/* A kind of key that a library may not even know by name. */
static bool
check_kind(const struct tls_identity *identity, const struct der_list *chain,
    const struct plug *plug, struct tls_error *err)
{
	struct x509 cert;
	char what[200];

	if (chain->num == 0 || !x509_parse(chain->spans[0], &cert) ||
	    strncmp(cert.key, "ML-DSA", 6))
		return true;
	snprintf(what, sizeof what, "%.120s, whose key is %s",
	    identity->cert_origin, cert.key);
	return plug_require(plug, TLS_FEATURE_KEY_MLDSA, what, err);
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
	const struct load_identity *words = pair->words;
	struct key_file in = {
		.file = { pair->cert_option, words->cert ? words->cert :
		    pair->default_cert, BUF_INIT },
		.option = pair->cert_option, .wanted = words->cert_form,
	};
	char option[64];
	bool good;

	if (!words->cert) {
		snprintf(option, sizeof option, "the default of %s,",
		    pair->cert_option);
		in.file.option = option;
	}
	identity->cert_origin = origin_of(&in.file);
	good = find_pass(identity, pair, err) &&
	    key_file_open(&in, pair, identity, plug, err) &&
	    take_certs(list, &in, err) &&
	    check_kind(identity, chain, plug, err) &&
	    load_key(identity, pair, &in, plug, err) &&
	    chain_complete(chain, pair, err);
	key_file_close(&in);
	identity->chain = chain->spans;
	identity->num_chain = chain->num;
	return good;
}
