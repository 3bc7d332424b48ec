/* make_pki.c - makes certificates, CRLs and OCSP responses for test_pki.py
 * SPDX-License-Identifier: Apache-2.0
 *
 *	make_pki BACKEND KIND SCHEME DIRECTORY
 *
 * Writes DER files: a root, an intermediate, a leaf, an OCSP responder's
 * certificate, a CRL of the intermediate in which the leaf is revoked, and OCSP
 * responses.  KIND is p256, rsa, p384, p521 or ed25519; SCHEME is a
 * SignatureScheme's number.  Exit status 77 and the reason where the library
 * cannot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "pki/pki.h"
#include "plug/plug.h"

static const struct {
	const char *name;
	enum tls_key_kind kind;
} kinds[] = {
	{ "p256", TLS_KEY_P256 }, { "rsa", TLS_KEY_RSA },
	{ "p384", TLS_KEY_P384 }, { "p521", TLS_KEY_P521 },
	{ "ed25519", TLS_KEY_ED25519 },
};

static int
fail(const struct tls_error *err)
{
	printf("%s\n", err->text);
	return err->blame == TLS_BLAME_FEATURE ? 77 : 1;
}

static void
save(const char *directory, const char *name, struct tls_span der)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "wb");
	if (!file || fwrite(der.data, 1, der.len, file) != der.len ||
	    fclose(file) != 0)
		abort();
}

static struct pki_cert root, intermediate, leaf, responder;

static bool
make_certs(const struct tls_backend *backend, enum tls_key_kind kind,
    enum tls_scheme scheme, struct tls_error *err)
{
	static const char *const names[] = { "a.example", "*.b.example" };
	static const uint8_t address[] = { 192, 0, 2, 1 };
	const struct tls_span addresses[] = { { address, 4 } };
	int64_t now = time(NULL);
	struct pki_recipe recipe = {
		.common_name = "Root", .kind = kind, .scheme = scheme,
		.not_before = now - 60, .not_after = now + 3600,
		.ca = true, .path_len = 1,
		.usage = PKI_CERT_SIGN | PKI_CRL_SIGN,
	};

	if (!pki_make(&root, backend, &recipe, err))
		return false;
	recipe.common_name = "Intermediate";
	recipe.issuer = &root;
	recipe.path_len = 0;
	if (!pki_make(&intermediate, backend, &recipe, err))
		return false;
	recipe.common_name = "leaf";
	recipe.issuer = &intermediate;
	recipe.ca = false;
	recipe.usage = PKI_DIGITAL_SIGNATURE;
	recipe.purposes = PKI_SERVER | PKI_CLIENT;
	recipe.dns_names = names;
	recipe.num_dns_names = 2;
	recipe.addresses = addresses;
	recipe.num_addresses = 1;
	recipe.ocsp_url = "http://ocsp.example/";
	recipe.issuer_url = "http://ca.example/i.der";
	recipe.crl_url = "http://ca.example/i.crl";
	if (!pki_make(&leaf, backend, &recipe, err))
		return false;
	recipe = (struct pki_recipe){
		.common_name = "Responder", .issuer = &intermediate,
		.kind = kind, .scheme = scheme,
		.not_before = now - 60, .not_after = now + 3600,
		.usage = PKI_DIGITAL_SIGNATURE, .purposes = PKI_OCSP_SIGNING,
	};
	return pki_make(&responder, backend, &recipe, err);
}

static bool
make_rest(const struct tls_backend *backend, enum tls_scheme scheme,
    const char *directory, struct tls_error *err)
{
	int64_t now = time(NULL);
	const struct pki_revoked revoked = { leaf.der, now - 30, 1 };
	const struct pki_crl crl = {
		.issuer = &intermediate, .scheme = scheme,
		.this_update = now - 60, .next_update = now + 3600,
		.number = 7, .revoked = &revoked, .num_revoked = 1,
	};
	struct pki_ocsp ocsp = {
		.subject = leaf.der, .issuer = &intermediate,
		.responder = &responder, .scheme = scheme,
		.this_update = now - 60, .next_update = now + 3600,
	};
	struct tls_span der;

	if (!pki_make_crl(&der, backend, &crl, err))
		return false;
	save(directory, "crl.der", der);
	free((uint8_t *)der.data);
	if (!pki_make_ocsp(&der, backend, &ocsp, err))
		return false;
	save(directory, "good.der", der);
	free((uint8_t *)der.data);
	ocsp.responder = NULL;
	ocsp.revoked = true;
	ocsp.revoked_at = now - 30;
	ocsp.reason = 1;
	if (!pki_make_ocsp(&der, backend, &ocsp, err))
		return false;
	save(directory, "revoked.der", der);
	free((uint8_t *)der.data);
	ocsp.revoked = false;
	ocsp.unknown = true;
	ocsp.next_update = 0;
	if (!pki_make_ocsp(&der, backend, &ocsp, err))
		return false;
	save(directory, "unknown.der", der);
	free((uint8_t *)der.data);
	return true;
}

int
main(int argc, char **argv)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_scheme scheme;
	struct plug *plug;
	size_t kind = 0;
	bool made;

	if (argc != 5)
		return 2;
	plug = plug_load(argv[1], &err);
	if (!plug)
		return fail(&err);
	while (strcmp(kinds[kind].name, argv[2]))
		kind++;
	scheme = (enum tls_scheme)strtoul(argv[3], NULL, 0);
	made = make_certs(plug->backend, kinds[kind].kind, scheme, &err) &&
	    make_rest(plug->backend, scheme, argv[4], &err);
	if (made) {
		save(argv[4], "root.der", root.der);
		save(argv[4], "intermediate.der", intermediate.der);
		save(argv[4], "leaf.der", leaf.der);
		save(argv[4], "leaf.key", leaf.key);
		save(argv[4], "responder.der", responder.der);
	}
	pki_cert_clear(&root);
	pki_cert_clear(&intermediate);
	pki_cert_clear(&leaf);
	pki_cert_clear(&responder);
	plug_free(plug);
	return made ? 0 : fail(&err);
}
