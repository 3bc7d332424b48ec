/* files.c - a private directory with a throw-away CA and its certificates
 * SPDX-License-Identifier: Apache-2.0
 */
#include "run/files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "pki/pki.h"
#include "wire/der.h"

#define EARLY_SECONDS	3600		/* for clients whose clock is slow */
#define VALID_SECONDS	(24 * 3600)

/* ---- the directory ----------------------------------------------------- */

bool
files_make_dir(struct run_files *files, struct tls_error *err)
{
	const char *parent = getenv("TMPDIR");
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s/polytls-run-XXXXXX",
	    parent && *parent ? parent : "/tmp");
	if (!mkdtemp((char *)name.data)) {
		err_set(err, TLS_BLAME_CONFIG, "no temporary directory %.120s: "
		    "%s; TMPDIR names another place", buf_string(&name),
		    strerror(errno));
		buf_clear(&name);
		return false;
	}
	files->dir = (char *)name.data;
	return true;
}

static char *
path_in(const struct run_files *files, const char *name)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", files->dir, name);
	return (char *)path.data;
}

static int
remove_one(const char *path, const struct stat *st, int type,
    struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

void
files_clear(struct run_files *files)
{
	if (files->dir)
		nftw(files->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(files->dir);
	free(files->ca);
	free(files->cert);
	free(files->key);
	free(files->rsa_cert);
	free(files->rsa_key);
	free(files->client_cert);
	free(files->client_key);
	*files = (struct run_files){ .dir = NULL };
}

/* ---- certificates ------------------------------------------------------ */

static bool
write_file(const char *path, const struct buf *text, struct tls_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool done = fd >= 0 && write(fd, text->data, text->len) ==
	    (ssize_t)text->len;

	if (!done)
		err_set(err, TLS_BLAME_CONFIG, "%.150s: %s", path,
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	return done;
}

static bool
write_pem(const char *path, const char *label, struct tls_span der,
    struct tls_error *err)
{
	struct buf text = BUF_INIT;
	bool done;

	text_add_pem(&text, label, der);
	done = write_file(path, &text, err);
	buf_wipe(&text);
	return done;
}

static bool
make_ca(struct run_files *files, struct pki_cert *ca,
    const struct tls_backend *backend, int64_t now, struct tls_error *err)
{
	const struct pki_recipe recipe = {
		.common_name = "polytls run CA",
		.kind = TLS_KEY_P256,
		.not_before = now - EARLY_SECONDS,
		.not_after = now + VALID_SECONDS,
		.ca = true, .path_len = 0,
		.usage = PKI_CERT_SIGN | PKI_CRL_SIGN,
	};

	files->ca = path_in(files, "ca.pem");
	return pki_make(ca, backend, &recipe, err) &&
	    write_pem(files->ca, "CERTIFICATE", ca->der, err);
}

/* What stands in the first lines of a key (RFC 5208, 5; RFC 5915, 3; RFC 8017,
 * A.1.2), as each library made it. */
static const char *
label_of(struct tls_span key)
{
	struct tls_span rest = key, sequence, version;
	struct der_element second;

	if (!der_take(&rest, DER_SEQUENCE, &sequence) ||
	    !der_take(&sequence, DER_INTEGER, &version) ||
	    !der_next(&sequence, &second))
		return "PRIVATE KEY";
	return second.tag == DER_OCTET_STRING ? "EC PRIVATE KEY" :
	    second.tag == DER_INTEGER ? "RSA PRIVATE KEY" : "PRIVATE KEY";
}

/* One certificate of the CA. */
struct making {
	const struct tls_backend *backend;
	const struct pki_cert *ca;
	int64_t now;
	enum tls_key_kind kind;
	bool client;
	const char *cert, *key;		/* where they are written */
};

static bool
make_leaf(const struct making *making, struct tls_error *err)
{
	static const char *const names[] = { "localhost", "*.localhost" };
	static const uint8_t loopback_v4[] = { 127, 0, 0, 1 };
	static const uint8_t loopback_v6[16] = { [15] = 1 };
	const struct tls_span addresses[] = {
		{ loopback_v4, sizeof loopback_v4 },
		{ loopback_v6, sizeof loopback_v6 },
	};
	const bool rsa = making->kind == TLS_KEY_RSA;
	struct pki_recipe recipe = {
		.common_name = making->client ? "client" : "localhost",
		.issuer = making->ca,
		.kind = making->kind,
		.not_before = making->now - EARLY_SECONDS,
		.not_after = making->now + VALID_SECONDS,
		/* RSA key exchange up to TLS 1.2 needs keyEncipherment. */
		.usage = PKI_DIGITAL_SIGNATURE |
		    (rsa ? PKI_KEY_ENCIPHERMENT : 0),
		.purposes = making->client ? PKI_CLIENT : PKI_SERVER,
	};
	struct pki_cert cert;
	bool good;

	if (!making->client) {
		recipe.dns_names = names;
		recipe.num_dns_names = 2;
		recipe.addresses = addresses;
		recipe.num_addresses = 2;
	}
	if (!pki_make(&cert, making->backend, &recipe, err))
		return false;
	good = write_pem(making->cert, "CERTIFICATE", cert.der, err) &&
	    write_pem(making->key, label_of(cert.key), cert.key, err);
	pki_cert_clear(&cert);
	return good;
}

static bool
make_leaves(struct run_files *files, struct making *making,
    const struct run_files_want *want, struct tls_error *err)
{
	making->cert = files->cert = path_in(files, "cert.pem");
	making->key = files->key = path_in(files, "key.pem");
	if (!make_leaf(making, err))
		return false;
	if (want->rsa) {
		making->kind = TLS_KEY_RSA;
		making->cert = files->rsa_cert = path_in(files,
		    "rsa-cert.pem");
		making->key = files->rsa_key = path_in(files, "rsa-key.pem");
		if (!make_leaf(making, err))
			return false;
	}
	if (!want->client)
		return true;
	making->kind = TLS_KEY_P256;
	making->client = true;
	making->cert = files->client_cert = path_in(files, "client.pem");
	making->key = files->client_key = path_in(files, "client-key.pem");
	return make_leaf(making, err);
}

bool
files_make_certs(struct run_files *files, const struct plug *plug,
    const struct run_files_want *want, struct tls_error *err)
{
	int64_t now = clock_system.wall_us(&clock_system) / 1000000;
	const struct tls_answer answer = plug_answer(plug,
	    TLS_FEATURE_MAKE_KEY);
	struct pki_cert ca = { .der = { NULL, 0 } };
	struct making making = {
		.backend = plug->backend, .ca = &ca, .now = now,
		.kind = TLS_KEY_P256,
	};
	bool good;

	if (answer.support <= TLS_SUPPORT_NONE)
		return err_set(err, TLS_BLAME_FEATURE, "the %s backend makes "
		    "no certificates (%s): name one with -cert",
		    plug->backend->name, answer.note);
	good = make_ca(files, &ca, plug->backend, now, err) &&
	    make_leaves(files, &making, want, err);
	pki_cert_clear(&ca);
	return good;
}
