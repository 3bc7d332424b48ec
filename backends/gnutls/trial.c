/* trial.c - a client and a server of the library, tied together in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PIPE	32768

struct pipe {
	uint8_t data[PIPE];
	size_t start, end;
};

struct end {
	gnutls_session_t tls;
	struct pipe *in, *out;
	size_t pieces;		/* split what is sent into records this long */
};

struct trial {
	gnutls_certificate_credentials_t server, client;
	gnutls_anon_server_credentials_t anon_server;
	gnutls_anon_client_credentials_t anon_client;
	gnutls_psk_server_credentials_t psk_server;
	gnutls_psk_client_credentials_t psk_client;
	bool bare;		/* the server has no certificate */
	struct pipe pipes[2];
	struct end ends[2];
};

static ssize_t
pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
	struct end *end = ptr;
	struct pipe *in = end->in;

	if (in->start == in->end) {
		gnutls_transport_set_errno(end->tls, EAGAIN);
		return -1;
	}
	if (len > in->end - in->start)
		len = in->end - in->start;
	memcpy(buf, in->data + in->start, len);
	in->start += len;
	return (ssize_t)len;
}

static int
pull_timeout(gnutls_transport_ptr_t ptr, unsigned int ms)
{
	struct end *end = ptr;

	(void)ms;
	return end->in->start < end->in->end;
}

static bool
put(struct pipe *out, const uint8_t *data, size_t len)
{
	if (len > PIPE - out->end)
		return false;
	memcpy(out->data + out->end, data, len);
	out->end += len;
	return true;
}

/* One record becomes several. */
static bool
put_in_pieces(struct pipe *out, const uint8_t *data, size_t len, size_t piece)
{
	for (size_t at = 5; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		uint8_t header[5] = { data[0], data[1], data[2],
		    (uint8_t)(n >> 8), (uint8_t)n };

		if (!put(out, header, sizeof header) ||
		    !put(out, data + at, n))
			return false;
	}
	return true;
}

static ssize_t
push(gnutls_transport_ptr_t ptr, const void *data, size_t len)
{
	struct end *end = ptr;
	bool done = end->pieces > 0 && len > 5 ?
	    put_in_pieces(end->out, data, len, end->pieces) :
	    put(end->out, data, len);

	end->pieces = 0;
	if (done)
		return (ssize_t)len;
	gnutls_transport_set_errno(end->tls, EPIPE);
	return -1;
}

/* A certificate made on the spot; nobody looks at its dates. */
static int
certify(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
	static const char name[] = "CN=probe";
	static const uint8_t serial[1] = { 1 };
	int code = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);

	if (code >= 0)
		code = gnutls_x509_crt_set_version(crt, 3);
	if (code >= 0)
		code = gnutls_x509_crt_set_dn(crt, name, NULL);
	if (code >= 0)
		code = gnutls_x509_crt_set_serial(crt, serial, 1);
	if (code >= 0)
		code = gnutls_x509_crt_set_activation_time(crt, 0);
	if (code >= 0)
		code = gnutls_x509_crt_set_expiration_time(crt, INT32_MAX);
	if (code >= 0)
		code = gnutls_x509_crt_set_key(crt, key);
	if (code >= 0)
		code = gnutls_x509_crt_sign2(crt, crt, key,
		    GNUTLS_DIG_SHA256, 0);
	return code;
}

static int
set_up_certificates(struct trial *trial)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	int code = gnutls_x509_privkey_init(&key);

	if (code >= 0)
		code = gnutls_x509_crt_init(&crt);
	if (code >= 0)
		code = certify(crt, key);
	if (code >= 0)
		code = gnutls_certificate_allocate_credentials(
		    &trial->server);
	if (code >= 0)
		code = gnutls_certificate_allocate_credentials(
		    &trial->client);
	if (code >= 0)
		code = gnutls_certificate_set_x509_key(trial->server, &crt, 1,
		    key);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return code;
}

static int
give_key(gnutls_session_t tls, const gnutls_datum_t *identity,
    gnutls_datum_t *key)
{
	(void)tls;
	(void)identity;
	key->data = gnutls_calloc(1, 16);
	key->size = 16;
	return key->data ? 0 : -1;
}

static int
set_up_others(struct trial *trial)
{
	static const uint8_t zeros[16];
	const gnutls_datum_t key = gnu_datum_of(
	    (struct tls_span){ zeros, sizeof zeros });
	int code = gnutls_anon_allocate_server_credentials(
	    &trial->anon_server);

	if (code >= 0)
		code = gnutls_anon_allocate_client_credentials(
		    &trial->anon_client);
	if (code >= 0)
		code = gnutls_psk_allocate_server_credentials(
		    &trial->psk_server);
	if (code >= 0)
		code = gnutls_psk_allocate_client_credentials(
		    &trial->psk_client);
	if (code >= 0)
		code = gnutls_psk_set_client_credentials(trial->psk_client,
		    "probe", &key, GNUTLS_PSK_KEY_RAW);
	if (code >= 0)
		gnutls_psk_set_server_credentials_function2(trial->psk_server,
		    give_key);
	return code;
}

static int
no_keylog(gnutls_session_t tls, const char *label, const gnutls_datum_t *data)
{
	(void)tls;
	(void)label;
	(void)data;
	return 0;
}

static int
set_credentials(struct trial *trial, int i)
{
	gnutls_session_t tls = trial->ends[i].tls;
	int code = gnutls_credentials_set(tls, GNUTLS_CRD_ANON, i == 0 ?
	    (void *)trial->anon_server : (void *)trial->anon_client);

	if (code >= 0)
		code = gnutls_credentials_set(tls, GNUTLS_CRD_PSK, i == 0 ?
		    (void *)trial->psk_server : (void *)trial->psk_client);
	if (code >= 0)
		code = gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE,
		    i == 0 && !trial->bare ? trial->server : trial->client);
	return code;
}

static int
open_end(struct trial *trial, int i, const char *priority)
{
	struct end *end = &trial->ends[i];
	int code = gnutls_init(&end->tls, (i == 0 ? GNUTLS_SERVER :
	    GNUTLS_CLIENT) | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (code < 0) {
		end->tls = NULL;
		return code;
	}
	end->in = &trial->pipes[i];
	end->out = &trial->pipes[!i];
	end->in->start = end->in->end = 0;
	gnutls_transport_set_ptr(end->tls, end);
	gnutls_transport_set_pull_function(end->tls, pull);
	gnutls_transport_set_pull_timeout_function(end->tls, pull_timeout);
	gnutls_transport_set_push_function(end->tls, push);
	gnutls_handshake_set_timeout(end->tls, 0);
	gnutls_session_set_keylog_function(end->tls, no_keylog);
	code = gnutls_priority_set_direct(end->tls, priority, NULL);
	if (code < 0)
		return code;
	return set_credentials(trial, i);
}

static void
close_end(struct end *end)
{
	if (end->tls)
		gnutls_deinit(end->tls);
	end->tls = NULL;
}

bool
gnu_trial_shakes_hands(struct trial *trial, const char *priority,
    size_t pieces)
{
	int codes[2] = { GNUTLS_E_AGAIN, GNUTLS_E_AGAIN };
	int code = open_end(trial, 0, priority);

	if (code >= 0)
		code = open_end(trial, 1, priority);
	trial->ends[1].pieces = pieces;
	for (int turn = 0; turn < 200 && code >= 0; turn++) {
		int i = !(turn & 1);

		if (codes[i] == GNUTLS_E_AGAIN)
			codes[i] = gnutls_handshake(trial->ends[i].tls);
		if (codes[i] < 0 && gnutls_error_is_fatal(codes[i]))
			code = codes[i];
		if (codes[0] == 0 && codes[1] == 0)
			break;
	}
	close_end(&trial->ends[0]);
	close_end(&trial->ends[1]);
	return code >= 0 && codes[0] == 0 && codes[1] == 0;
}

bool
gnu_trial_needs_no_certificate(struct trial *trial, const char *priority)
{
	bool does;

	trial->bare = true;
	does = gnu_trial_shakes_hands(trial, priority, 0);
	trial->bare = false;
	return does;
}

#define EVERYTHING_ELSE	":+ECDHE-ECDSA:+AES-128-CBC:+AES-128-GCM:+SHA1:" \
	"+AEAD:+SIGN-ALL:+GROUP-ALL:+CTYPE-X509:+COMP-NULL"

/* TLS 1.0, 32 bytes of challenge, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, in the
 * frame of SSLv2 (RFC 5246, E.2). */
bool
gnu_trial_answers_sslv2(struct trial *trial)
{
	static const uint8_t head[] = { 0x80, 44, 1, 3, 1, 0, 3, 0, 0, 0, 32,
	    0x00, 0xc0, 0x09 };
	static const uint8_t challenge[32] = { 1 };
	struct end *server = &trial->ends[0];
	int code = open_end(trial, 0, "NONE:+VERS-TLS1.0" EVERYTHING_ELSE);
	bool answered;

	trial->pipes[1].start = trial->pipes[1].end = 0;
	put(server->in, head, sizeof head);
	put(server->in, challenge, sizeof challenge);
	for (int i = 0; code >= 0 && i < 3; i++)
		if (gnutls_handshake(server->tls) != GNUTLS_E_AGAIN)
			break;
	answered = trial->pipes[1].end > 5 && trial->pipes[1].data[0] == 22;
	close_end(server);
	return answered;
}

void
gnu_trial_free(struct trial *trial)
{
	if (!trial)
		return;
	if (trial->server)
		gnutls_certificate_free_credentials(trial->server);
	if (trial->client)
		gnutls_certificate_free_credentials(trial->client);
	if (trial->anon_server)
		gnutls_anon_free_server_credentials(trial->anon_server);
	if (trial->anon_client)
		gnutls_anon_free_client_credentials(trial->anon_client);
	if (trial->psk_server)
		gnutls_psk_free_server_credentials(trial->psk_server);
	if (trial->psk_client)
		gnutls_psk_free_client_credentials(trial->psk_client);
	free(trial);
}

struct trial *
gnu_trial_new(struct tls_error *err)
{
	struct trial *trial = calloc(1, sizeof *trial);
	int code;

	if (!trial) {
		gnu_error_memory(err);
		return NULL;
	}
	code = set_up_certificates(trial);
	if (code >= 0)
		code = set_up_others(trial);
	if (code >= 0)
		return trial;
	gnu_trial_free(trial);
	gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "GnuTLS makes no certificate to try itself with");
	return NULL;
}
