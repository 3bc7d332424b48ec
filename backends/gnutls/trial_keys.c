/* trial_keys.c - keys and certificates for trials
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

/* Nobody looks at the dates but this backend, by the clock of the trial. */
static int
issue(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, uint8_t serial,
    gnutls_x509_crt_t issuer, gnutls_x509_privkey_t issuer_key)
{
	char name[] = "CN=trial 0";
	int code;

	name[sizeof name - 2] = (char)('0' + serial);
	code = gnutls_x509_crt_set_version(crt, 3);
	if (code >= 0)
		code = gnutls_x509_crt_set_dn(crt, name, NULL);
	if (code >= 0)
		code = gnutls_x509_crt_set_serial(crt, &serial, 1);
	if (code >= 0)
		code = gnutls_x509_crt_set_activation_time(crt, 0);
	if (code >= 0)
		code = gnutls_x509_crt_set_expiration_time(crt, INT32_MAX);
	if (code >= 0)
		code = gnutls_x509_crt_set_ca_status(crt, crt == issuer);
	if (code >= 0)
		code = gnutls_x509_crt_set_key(crt, key);
	return code < 0 ? code : gnutls_x509_crt_sign2(crt, issuer,
	    issuer_key, GNUTLS_DIG_SHA256, 0);
}

gnutls_x509_crt_t
gnu_trial_crt(struct tls_probe *probe, enum tls_key_kind kind)
{
	gnutls_x509_crt_t crt;

	if (!gnu_trial_key(probe, kind) || gnutls_x509_crt_init(&crt) < 0)
		return NULL;
	if (gnutls_x509_crt_import(crt, &probe->certs[kind],
	    GNUTLS_X509_FMT_DER) >= 0)
		return crt;
	gnutls_x509_crt_deinit(crt);
	return NULL;
}

static gnutls_x509_privkey_t
import(const struct tls_key *key)
{
	gnutls_datum_t der = gnu_datum_of((struct tls_span){ key->der,
	    key->der_len });
	gnutls_x509_privkey_t out;

	if (gnutls_x509_privkey_init(&out) < 0)
		return NULL;
	if (gnutls_x509_privkey_import_pkcs8(out, &der, GNUTLS_X509_FMT_DER,
	    NULL, GNUTLS_PKCS_PLAIN) >= 0)
		return out;
	gnutls_x509_privkey_deinit(out);
	return NULL;
}

gnutls_x509_privkey_t
gnu_trial_privkey(struct tls_probe *probe, enum tls_key_kind kind)
{
	return gnu_trial_key(probe, kind) ? import(&probe->keys[kind]) : NULL;
}

bool
gnu_trial_key(struct tls_probe *probe, enum tls_key_kind kind)
{
	const bool own = kind == TLS_KEY_P256;
	struct tls_error err = TLS_ERROR_INIT;
	gnutls_x509_privkey_t key, issuer_key;
	gnutls_x509_crt_t crt = NULL, issuer;
	gnutls_datum_t *cert = &probe->certs[kind];

	if (cert->data)
		return true;
	if (!gnu_make_key(kind, 2048, &probe->keys[kind], &err) ||
	    gnutls_x509_crt_init(&crt) < 0)
		return false;
	key = import(&probe->keys[kind]);
	issuer_key = own ? key : gnu_trial_privkey(probe, TLS_KEY_P256);
	issuer = own ? crt : gnu_trial_crt(probe, TLS_KEY_P256);
	if (!key || !issuer_key || !issuer ||
	    issue(crt, key, (uint8_t)(kind + 1), issuer, issuer_key) < 0 ||
	    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, cert) < 0)
		cert->data = NULL;
	probe->chains[kind] = (struct tls_span){ cert->data, cert->size };
	if (!own && issuer)
		gnutls_x509_crt_deinit(issuer);
	if (!own && issuer_key)
		gnutls_x509_privkey_deinit(issuer_key);
	if (key)
		gnutls_x509_privkey_deinit(key);
	gnutls_x509_crt_deinit(crt);
	return cert->data != NULL;
}

void
gnu_trial_keys_clear(struct tls_probe *probe)
{
	for (int i = 0; i < NUM_KEYS; i++)
		gnutls_free(probe->certs[i].data);
	gnutls_memset(probe->keys, 0, sizeof probe->keys);
}
