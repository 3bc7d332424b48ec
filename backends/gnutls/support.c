/* support.c - what this library, as loaded, can do: tried in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- a client and a server of the library, tied together -------------- */

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

/* A bench to try things on. */
struct bench {
	gnutls_certificate_credentials_t server, client;
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
set_up(struct bench *bench)
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
		    &bench->server);
	if (code >= 0)
		code = gnutls_certificate_allocate_credentials(
		    &bench->client);
	if (code >= 0)
		code = gnutls_certificate_set_x509_key(bench->server, &crt, 1,
		    key);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return code;
}

static void
tear_down(struct bench *bench)
{
	if (bench->server)
		gnutls_certificate_free_credentials(bench->server);
	if (bench->client)
		gnutls_certificate_free_credentials(bench->client);
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
open_end(struct bench *bench, int i, const char *priority)
{
	struct end *end = &bench->ends[i];
	int code = gnutls_init(&end->tls, (i == 0 ? GNUTLS_SERVER :
	    GNUTLS_CLIENT) | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (code < 0) {
		end->tls = NULL;
		return code;
	}
	end->in = &bench->pipes[i];
	end->out = &bench->pipes[!i];
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
	return gnutls_credentials_set(end->tls, GNUTLS_CRD_CERTIFICATE,
	    i == 0 ? bench->server : bench->client);
}

static void
close_end(struct end *end)
{
	if (end->tls)
		gnutls_deinit(end->tls);
	end->tls = NULL;
}

static bool
shake_hands(struct bench *bench, const char *priority, size_t pieces)
{
	int codes[2] = { GNUTLS_E_AGAIN, GNUTLS_E_AGAIN };
	int code = open_end(bench, 0, priority);

	if (code >= 0)
		code = open_end(bench, 1, priority);
	bench->ends[1].pieces = pieces;
	for (int turn = 0; turn < 200 && code >= 0; turn++) {
		int i = !(turn & 1);

		if (codes[i] == GNUTLS_E_AGAIN)
			codes[i] = gnutls_handshake(bench->ends[i].tls);
		if (codes[i] < 0 && gnutls_error_is_fatal(codes[i]))
			code = codes[i];
		if (codes[0] == 0 && codes[1] == 0)
			break;
	}
	close_end(&bench->ends[0]);
	close_end(&bench->ends[1]);
	return code >= 0 && codes[0] == 0 && codes[1] == 0;
}

#define EVERYTHING_ELSE	":+ECDHE-ECDSA:+AES-128-CBC:+AES-128-GCM:+SHA1:" \
	"+AEAD:+SIGN-ALL:+GROUP-ALL:+CTYPE-X509:+COMP-NULL"

/* TLS 1.0, 32 bytes of challenge, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, in the
 * frame of SSLv2 (RFC 5246, E.2). */
static bool
answers_sslv2(struct bench *bench)
{
	static const uint8_t head[] = { 0x80, 44, 1, 3, 1, 0, 3, 0, 0, 0, 32,
	    0x00, 0xc0, 0x09 };
	static const uint8_t challenge[32] = { 1 };
	struct end *server = &bench->ends[0];
	int code = open_end(bench, 0, "NONE:+VERS-TLS1.0" EVERYTHING_ELSE);
	bool answered;

	bench->pipes[1].start = bench->pipes[1].end = 0;
	put(server->in, head, sizeof head);
	put(server->in, challenge, sizeof challenge);
	for (int i = 0; code >= 0 && i < 3; i++)
		if (gnutls_handshake(server->tls) != GNUTLS_E_AGAIN)
			break;
	answered = bench->pipes[1].end > 5 && bench->pipes[1].data[0] == 22;
	close_end(server);
	return answered;
}

/* ---- keys ------------------------------------------------------------- */

static bool
can_make_keys(void)
{
	static const uint8_t text[] = "probe";
	const struct tls_span data = { text, sizeof text };
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	uint8_t *room = malloc((size_t)3 * TLS_KEY_MAX_LEN);
	size_t key_len, spki_len, signature_len;
	bool can;

	if (!room)
		return false;
	can = gnu_make_key(TLS_KEY_P256, room, &key_len,
	    room + TLS_KEY_MAX_LEN, &spki_len, &err) &&
	    gnu_sign((struct tls_span){ room, key_len }, data,
	    room + (size_t)2 * TLS_KEY_MAX_LEN, &signature_len, &err) &&
	    gnu_digest(TLS_DIGEST_SHA256, data, hash) > 0;
	gnutls_memset(room, 0, (size_t)3 * TLS_KEY_MAX_LEN);
	free(room);
	return can;
}

static bool
has_key_type(gnutls_pk_algorithm_t wanted)
{
	const gnutls_pk_algorithm_t *list = gnutls_pk_list();

	for (; *list != 0; list++)
		if (*list == wanted)
			return true;
	return false;
}

/* ---- the answers ------------------------------------------------------ */

#define NOTE_OFF "switched off in this GnuTLS or by the system's policy"
#define NOTE_WALK "emulated where a priority string cannot say it: one suite " \
	"is tried after the other"

/* What needs no trying, since it is part of the library since 3.7. */
static const struct tls_answer fixed[TLS_FEATURE_COUNT] = {
	[TLS_FEATURE_CIPHER_LIST] = { TLS_SUPPORT_PART, NOTE_WALK },
	[TLS_FEATURE_CLIENT_PREFERENCE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SERVER_PREFERENCE] = { TLS_SUPPORT_PART, NOTE_WALK },
	[TLS_FEATURE_IDENTITIES] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_KEY_ENCRYPTED] = { TLS_SUPPORT_PART,
	    "all but PKCS#8 under scrypt" },
	[TLS_FEATURE_CLIENT_CERTIFICATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_VERIFY_STEPS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_ALPN] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_TICKETS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_TICKETS_TLS1_3] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SESSION_STORE] = { TLS_SUPPORT_PART,
	    "up to TLS 1.2; in TLS 1.3 GnuTLS resumes by tickets only" },
	[TLS_FEATURE_RENEGOTIATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_RENEGOTIATE_CERTIFICATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_POST_HANDSHAKE_AUTH] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_KEY_UPDATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_STATES] = { TLS_SUPPORT_PART,
	    "derived from the messages, since GnuTLS shows no states" },
	[TLS_FEATURE_MESSAGES] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SECRETS] = { TLS_SUPPORT_FULL, NULL },
};

static void
answer(struct tls_answer *out, bool can, const char *note)
{
	*out = can ? (struct tls_answer){ TLS_SUPPORT_FULL, NULL } :
	    (struct tls_answer){ TLS_SUPPORT_NONE, note };
}

static void
try_versions(struct bench *bench,
    struct tls_answer answers[TLS_FEATURE_COUNT])
{
	static const struct {
		enum tls_feature feature;
		const char *priority;
	} versions[] = {
		{ TLS_FEATURE_TLS1, "NONE:+VERS-TLS1.0" EVERYTHING_ELSE },
		{ TLS_FEATURE_TLS1_1, "NONE:+VERS-TLS1.1" EVERYTHING_ELSE },
		{ TLS_FEATURE_TLS1_2, "NONE:+VERS-TLS1.2" EVERYTHING_ELSE },
		{ TLS_FEATURE_TLS1_3, "NONE:+VERS-TLS1.3" EVERYTHING_ELSE },
	};

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		answer(&answers[versions[i].feature],
		    shake_hands(bench, versions[i].priority, 0), NOTE_OFF);
}

static void
try_keys(struct tls_answer answers[TLS_FEATURE_COUNT])
{
	answer(&answers[TLS_FEATURE_KEY_RSA], has_key_type(GNUTLS_PK_RSA),
	    NOTE_OFF);
	answer(&answers[TLS_FEATURE_KEY_ECDSA],
	    has_key_type(GNUTLS_PK_ECDSA), NOTE_OFF);
	answer(&answers[TLS_FEATURE_KEY_EDDSA],
	    has_key_type(GNUTLS_PK_EDDSA_ED25519), NOTE_OFF);
	/* Its members are there in any case, so it is never NONE. */
	answers[TLS_FEATURE_MAKE_KEY] = can_make_keys() ?
	    (struct tls_answer){ TLS_SUPPORT_FULL, NULL } :
	    (struct tls_answer){ TLS_SUPPORT_NOOP, NOTE_OFF };
}

/* What is of one version goes with it; the member stays, and refuses. */
static void
follow(struct tls_answer answers[TLS_FEATURE_COUNT], enum tls_feature version,
    enum tls_feature feature)
{
	if (answers[version].support == TLS_SUPPORT_NONE)
		answers[feature] = (struct tls_answer){ TLS_SUPPORT_NOOP,
		    "the version of TLS that has it is switched off" };
}

bool
gnu_probe(struct tls_answer answers[TLS_FEATURE_COUNT], struct tls_error *err)
{
	struct bench *bench;
	int code = gnutls_global_init();

	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "GnuTLS does not start");
	bench = calloc(1, sizeof *bench);
	if (!bench)
		return gnu_error_memory(err);
	code = set_up(bench);
	if (code < 0) {
		tear_down(bench);
		free(bench);
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "GnuTLS makes no certificate to try itself with");
	}
	memcpy(answers, fixed, sizeof fixed);
	for (int i = 0; i < TLS_FEATURE_COUNT; i++)
		if (answers[i].support == TLS_SUPPORT_UNANSWERED)
			answers[i] = (struct tls_answer){ TLS_SUPPORT_NONE,
			    "not built yet" };
	try_versions(bench, answers);
	answer(&answers[TLS_FEATURE_HELLO_SSLV2], answers_sslv2(bench),
	    "this GnuTLS reads no hello in an SSLv2 record");
	answer(&answers[TLS_FEATURE_HELLO_FRAGMENTS],
	    shake_hands(bench, "NORMAL", 50),
	    "this GnuTLS reads no hello in several records");
	try_keys(answers);
	follow(answers, TLS_FEATURE_TLS1_2, TLS_FEATURE_RENEGOTIATE);
	follow(answers, TLS_FEATURE_TLS1_2,
	    TLS_FEATURE_RENEGOTIATE_CERTIFICATE);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_POST_HANDSHAKE_AUTH);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_KEY_UPDATE);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_TICKETS_TLS1_3);
	tear_down(bench);
	free(bench);
	return true;
}
