/* trust.c - certificates and CRLs from files
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "load/trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "wire/x509.h"

/* ---- lists ------------------------------------------------------------ */

void
der_list_add(struct der_list *list, struct tls_span der)
{
	list->spans = mem_grow(list->spans,
	    (list->num + 1) * sizeof *list->spans);
	list->spans[list->num++] = (struct tls_span){
	    mem_copy(der.data, der.len), der.len };
}

void
der_list_clear(struct der_list *list)
{
	for (size_t i = 0; i < list->num; i++)
		free((uint8_t *)list->spans[i].data);
	free(list->spans);
	*list = (struct der_list){ NULL, 0 };
}

/* ---- certificates ----------------------------------------------------- */

static bool
fail(const struct named_file *file, const char *why, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s", file->option,
	    file->name, why);
}

const char *
file_form(const struct named_file *file, struct tls_error *err)
{
	struct tls_span bytes = buf_span(&file->bytes);

	if (pem_is(bytes))
		return "PEM";
	if (der_is_pkcs12(bytes))
		return "P12";
	if (der_sequence(bytes).len)
		return "DER";
	fail(file, "is neither PEM nor DER: a PEM file has a line with "
	    "-----BEGIN", err);
	return NULL;
}

/* Where to put the blocks of a file; null: skip such blocks. */
struct target {
	struct der_list *certs, *crls;
};

static bool
add_certificate(struct der_list *list, struct tls_span der)
{
	struct x509 cert;
	/* A TRUSTED CERTIFICATE is followed by more data. */
	struct tls_span first = der_sequence(der);

	if (!x509_parse(first, &cert))
		return false;
	der_list_add(list, first);
	return true;
}

static bool
add_crl(struct der_list *list, struct tls_span der)
{
	struct tls_span first = der_sequence(der);
	struct x509_crl crl;

	if (!x509_parse_crl(first, &crl))
		return false;
	der_list_add(list, first);
	return true;
}

static bool
add_block(const struct target *target, const struct pem_block *block,
    const struct named_file *file, struct tls_error *err)
{
	bool cert = target->certs && pem_is_certificate(block);
	bool crl = target->crls && pem_is_crl(block);
	struct buf der = BUF_INIT;
	bool good;

	if (!cert && !crl)
		return true;
	good = text_read_base64(&der, block->body) &&
	    (cert ? add_certificate(target->certs, buf_span(&der)) :
	    add_crl(target->crls, buf_span(&der)));
	buf_clear(&der);
	return good || err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s %zu in "
	    "it is damaged", file->option, file->name,
	    cert ? "certificate" : "CRL",
	    (cert ? target->certs : target->crls)->num + 1);
}

static bool
add_pem(const struct target *target, const struct named_file *file,
    struct tls_error *err)
{
	struct tls_span rest = buf_span(&file->bytes);
	struct pem_block block;

	while (pem_next(&rest, &block)) {
		if (!block.whole)
			return fail(file, "a PEM block lacks its END line",
			    err);
		if (!add_block(target, &block, file, err))
			return false;
	}
	return true;
}

static size_t
count(const struct target *target)
{
	return (target->certs ? target->certs->num : 0) +
	    (target->crls ? target->crls->num : 0);
}

/* Reads blocks into the target; at least one must be found. */
static bool
read_into(const struct target *target, const struct named_file *file,
    const char *what, struct tls_error *err)
{
	struct tls_span bytes = buf_span(&file->bytes);
	const char *form = file_form(file, err);
	size_t before = count(target);

	if (!form)
		return false;
	if (!strcmp(form, "P12"))
		return fail(file, "is PKCS#12, which only -cert, -key and "
		    "their kin take: make it PEM with \"openssl pkcs12 -nodes "
		    "-in OLD -out NEW\"", err);
	if (!strcmp(form, "PEM")) {
		if (!add_pem(target, file, err))
			return false;
	} else if (target->certs && add_certificate(target->certs, bytes)) {
		return true;
	} else if (target->crls) {
		add_crl(target->crls, bytes);
	}
	return count(target) > before || err_set(err, TLS_BLAME_CONFIG,
	    "%s %.120s: holds no %s, %s: name a file that does",
	    file->option, file->name, what, !strcmp(form, "PEM") ?
	    "only other PEM blocks" : "but other DER");
}

bool
certs_read(struct der_list *certs, const struct named_file *file,
    struct tls_error *err)
{
	const struct target target = { .certs = certs };

	return read_into(&target, file, "certificate", err);
}

/* ---- what clients are judged by --------------------------------------- */

static bool
read_file(const struct target *target, const char *option, const char *name,
    const char *what, struct tls_error *err)
{
	struct named_file file = { option, name, BUF_INIT };
	bool good = file_read(&file, err) &&
	    read_into(target, &file, what, err);

	file_clear(&file);
	return good;
}

/* "1a2b3c4d.0" for certificates, "1a2b3c4d.r0" for CRLs, as "openssl rehash"
 * names them. */
static int
is_hashed(const struct dirent *entry)
{
	const char *name = entry->d_name;

	if (strspn(name, "0123456789abcdef") != 8 || name[8] != '.')
		return 0;
	name += 9 + (name[9] == 'r');
	return *name && strspn(name, "0123456789") == strlen(name);
}

static bool
read_hashed(const struct target *target, const char *path,
    struct dirent **names, int num, struct tls_error *err)
{
	bool good = true;

	for (int i = 0; good && i < num; i++) {
		struct buf name = BUF_INIT;

		buf_printf(&name, "%s/%s", path, names[i]->d_name);
		good = read_file(target, "-CApath", buf_string(&name),
		    "certificate and no CRL", err);
		buf_clear(&name);
	}
	return good;
}

/* A directory without hashes is read in vain, as by the reference. */
static bool
read_directory(const struct target *target, const char *option,
    const char *path, struct buf *notes, struct tls_error *err)
{
	struct dirent **names;
	int num = scandir(path, &names, is_hashed, alphasort);
	bool good;

	if (num < 0)
		return err_set(err, TLS_BLAME_CONFIG, "%s %.120s: %s",
		    option, path, errno == ENOTDIR ?
		    "is no directory: a file is for -CAfile" :
		    errno == ENOENT ? "there is no such directory: check its "
		    "name" : strerror(errno));
	good = read_hashed(target, path, names, num, err);
	if (num == 0)
		buf_printf(notes, "%s %s: no file in it has a hash for its "
		    "name, like 1a2b3c4d.0, so none is read: run \"openssl "
		    "rehash\" on it\n", option, path);
	for (int i = 0; i < num; i++)
		free(names[i]);
	free(names);
	return good;
}

/* As the reference since 3.0: only if nothing else is named, from the
 * environment or else the configured place.  A missing store is an error only
 * for clients that send a certificate. */
static void
read_system_store(const struct target *target, struct buf *notes)
{
	const char *file = getenv("SSL_CERT_FILE");
	const char *path = getenv("SSL_CERT_DIR");
	struct tls_error err = TLS_ERROR_INIT;
	bool good;

	if (!file && path)
		good = read_directory(target, "SSL_CERT_DIR", path, notes,
		    &err);
	else
		good = read_file(target, "the system's trust store",
		    file ? file : TRUST_STORE, "certificate", &err);
	if (!good)
		buf_printf(notes, "no -CAfile and no -CApath: %s\n", err.text);
}

/* A certificate found in two places is one root. */
static void
drop_twins(struct der_list *list, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < list->num; i++) {
		bool twin = false;

		for (size_t j = 0; !twin && j < kept; j++)
			twin = span_equal(list->spans[i], list->spans[j]);
		if (twin)
			free((uint8_t *)list->spans[i].data);
		else
			list->spans[kept++] = list->spans[i];
	}
	list->num = kept;
}

bool
trust_load(struct trust *trust, const struct load_options *tls,
    struct buf *notes, struct tls_error *err)
{
	const struct target both = { &trust->roots, &trust->crls };
	const struct target crls = { .crls = &trust->crls };

	if (tls->ca_file && !read_file(&both, "-CAfile", tls->ca_file,
	    "certificate", err))
		return false;
	if (tls->ca_file && trust->roots.num == 0)
		return err_set(err, TLS_BLAME_CONFIG, "-CAfile %.120s: holds "
		    "CRLs and no certificate: CRLs alone are for -CRL",
		    tls->ca_file);
	drop_twins(&trust->roots, 0);
	trust->num_named = trust->roots.num;
	if (tls->ca_path && !read_directory(&both, "-CApath",
	    tls->ca_path, notes, err))
		return false;
	if (!tls->ca_file && !tls->ca_path && tls->verify.depth >= 0)
		read_system_store(&both, notes);
	trust->system = !tls->ca_file && !tls->ca_path;
	drop_twins(&trust->roots, trust->num_named);
	if (tls->crl && !read_file(&crls, "-CRL", tls->crl, "CRL", err))
		return false;
	if (tls->crl_check != TLS_CRL_NONE && trust->crls.num == 0)
		buf_printf(notes, "%s without a CRL in -CAfile, -CApath or "
		    "-CRL: every client certificate will be wrong\n",
		    tls->crl_check == TLS_CRL_LEAF ? "-crl_check" :
		    "-crl_check_all");
	return true;
}

void
trust_clear(struct trust *trust)
{
	der_list_clear(&trust->roots);
	der_list_clear(&trust->crls);
	trust->num_named = 0;
}
