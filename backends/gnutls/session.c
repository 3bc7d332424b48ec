/* session.c - a session and its first handshake
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a ClientHello that are certainly within the library's limit. */
#define LARGE_HELLO	65536
/* Enough for two of the largest. */
#define ROOM_FOR_HELLOS	(512 * 1024)

/* The library takes no more (MAX_ALPN_PROTOCOLS). */
#define MAX_PROTOCOLS	8

/* ---- opening ---------------------------------------------------------- */

/* The library's own way is to go on without where nothing is in common. */
static int
set_native_alpn(gnutls_session_t tls, const struct tls_config *config)
{
	gnutls_datum_t names[MAX_PROTOCOLS];
	struct tls_span rest = config->alpn;
	unsigned num = 0;

	for (size_t len; rest.len > 0 && num < MAX_PROTOCOLS;
	    rest.data += len, rest.len -= len) {
		names[num++] = gnu_datum_of((struct tls_span){ rest.data + 1,
		    rest.data[0] });
		len = 1 + (size_t)rest.data[0];
	}
	return num == 0 ? 0 : gnutls_alpn_set_protocols(tls, names, num,
	    config->alpn_mismatch == TLS_ALPN_REFUSE ?
	    GNUTLS_ALPN_MANDATORY : 0);
}

static int
set_alpn(struct tls_session *session)
{
	const struct tls_config *config = session->server->config;
	gnutls_datum_t protocol = gnu_datum_of(session->choice->alpn);

	if (config->native)
		return set_native_alpn(session->tls, config);
	if (protocol.size == 0)
		return 0;
	return gnutls_alpn_set_protocols(session->tls, &protocol, 1, 0);
}

static void
set_client_certificate(struct tls_session *session)
{
	switch (session->server->config->peer_certificate) {
	case TLS_PEER_NONE:
		break;
	case TLS_PEER_ASK:
		gnutls_certificate_server_set_request(session->tls,
		    GNUTLS_CERT_REQUEST);
		break;
	case TLS_PEER_DEMAND:
		gnutls_certificate_server_set_request(session->tls,
		    GNUTLS_CERT_REQUIRE);
		break;
	}
	gnutls_session_set_verify_function(session->tls, gnu_verify_peer);
}

static int
set_credentials(struct tls_session *session)
{
	struct tls_server *server = session->server;
	gnutls_certificate_credentials_t credentials = gnu_creds_for(server,
	    session->hello, session->choice_version);
	int code = credentials ? gnutls_credentials_set(session->tls,
	    GNUTLS_CRD_CERTIFICATE, credentials) : GNUTLS_E_MEMORY_ERROR;

	if (code >= 0 && server->anonymous)
		code = gnutls_credentials_set(session->tls, GNUTLS_CRD_ANON,
		    server->anonymous);
	if (code >= 0 && session->use_psk)
		code = gnutls_credentials_set(session->tls, GNUTLS_CRD_PSK,
		    server->psk);
	return code;
}

/* Makes the library's session.  A session whose priority was refused is not
 * touched again but to free it: 3.7 crashes. */
static int
try_start(struct tls_session *session, gnutls_priority_t priority)
{
	unsigned flags = GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
	    GNUTLS_ALLOW_ID_CHANGE;
	int code;

	if (session->server->config->num_tickets != TLS_TICKETS_OWN)
		flags |= GNUTLS_NO_AUTO_SEND_TICKET;

	if (!session->server->tickets)
		flags |= GNUTLS_NO_TICKETS;
	if (session->offers_reauth)
		flags |= GNUTLS_POST_HANDSHAKE_AUTH;
	code = gnutls_init(&session->tls, flags);
	if (code < 0) {
		session->tls = NULL;
		return code;
	}
	code = priority ? gnutls_priority_set(session->tls, priority) :
	    GNUTLS_E_NO_PRIORITIES_WERE_SET;
	if (code >= 0)
		code = set_credentials(session);
	if (code >= 0)
		code = set_alpn(session);
	if (code < 0)
		return code;
	gnutls_session_set_ptr(session->tls, session);
	gnutls_handshake_set_timeout(session->tls, 0);
	/* The library's own limit, on what it has to hash at one time, is a
	 * little less than the largest ClientHello. */
	if (session->hello && session->hello->message.len > LARGE_HELLO &&
	    gnu_corrects(session->server, GNU_LARGE_HELLO))
		gnutls_handshake_set_max_packet_length(session->tls,
		    ROOM_FOR_HELLOS);
	session->priority = priority;
	set_client_certificate(session);
	gnu_io_open(session);
	gnu_observe_open(session);
	gnu_edit_open(session);
	gnu_hook_open(session);
	return gnu_resume_open(session);
}

static int
start(struct tls_session *session, gnutls_priority_t priority)
{
	int code = try_start(session, priority);

	if (code < 0 && session->tls) {
		gnutls_deinit(session->tls);
		session->tls = NULL;
	}
	return code;
}

struct tls_session *
gnu_session_open(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io, struct tls_host *host,
    struct tls_error *err)
{
	struct tls_session *session = calloc(1, sizeof *session);
	int code;

	if (!session) {
		common_refuse_memory(err);
		return NULL;
	}
	session->server = server;
	session->hello = hello;
	session->choice = choice;
	session->choice_version = choice->native ?
	    gnu_candidate_version(session) : choice->version;
	session->io = io;
	session->host = host;
	session->verify_alert = -1;
	session->offers_ticket = hello && hello->offers_ticket;
	session->offers_reauth = hello && hello->offers_post_handshake_auth &&
	    session->choice_version == TLS_VERSION_1_3;
	session->offers_modes = common_extension(hello, 45);
	code = start(session, gnu_candidate_first(session));
	if (code < 0) {
		gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "opening a session");
		gnu_session_close(session);
		return NULL;
	}
	return session;
}

void
gnu_session_close(struct tls_session *session)
{
	if (!session)
		return;
	if (session->tls)
		gnutls_deinit(session->tls);
	free(session);
}

/* ---- failing ---------------------------------------------------------- */

static bool
is_unspeakable(int code)
{
	return code == GNUTLS_E_PREMATURE_TERMINATION ||
	    code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR;
}

static int
send_alert(struct tls_session *session, int code)
{
	int level = GNUTLS_AL_FATAL;
	int alert = session->verify_alert;

	if (session->psk_refused)
		alert = GNUTLS_A_UNKNOWN_PSK_IDENTITY;
	/* The library takes it for an error of decoding (RFC 5246, 7.4.6). */
	if (alert < 0 && code == GNUTLS_E_NO_CERTIFICATE_FOUND &&
	    gnu_corrects(session->server, GNU_MISSING_CERTIFICATE))
		alert = GNUTLS_A_HANDSHAKE_FAILURE;
	if (alert < 0)
		alert = gnutls_error_to_alert(code, &level);
	if (alert < 0 || gnutls_alert_send(session->tls,
	    (gnutls_alert_level_t)level,
	    (gnutls_alert_description_t)alert) < 0)
		return -1;
	gnu_observe_alert(session, TLS_SENT, level, alert);
	return alert;
}

/* An alert that the library did not recognise, or -1. */
static int
clear_alert(const struct tls_session *session, int *code)
{
	int alert;

	if (session->open || *code != GNUTLS_E_DECRYPTION_FAILED ||
	    gnutls_protocol_get_version(session->tls) != GNUTLS_TLS1_3)
		return -1;
	alert = common_alerts_fatal(&session->alerts);
	if (alert >= 0)
		*code = GNUTLS_E_FATAL_ALERT_RECEIVED;
	return alert;
}

enum tls_status
gnu_session_fail(struct tls_session *session, int code, struct tls_error *err)
{
	int received = clear_alert(session, &code), sent = -1;

	session->broken = true;
	session->hello = NULL;
	session->choice = NULL;
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED ||
	    code == GNUTLS_E_SESSION_EOF) {
		if (received < 0)
			received = (int)gnutls_alert_get(session->tls);
		gnu_observe_alert(session, TLS_RECEIVED,
		    code == GNUTLS_E_SESSION_EOF ? 1 : 2, received);
	} else if (!is_unspeakable(code)) {
		sent = send_alert(session, code);
	}
	gnu_error_session(err, code, received, sent);
	if (session->psk_refused)
		gnu_error_code(err, TLS_BLAME_PEER, 0, "the client named an "
		    "identity whose key is not known");
	if (session->id_taken)
		gnu_error_code(err, TLS_BLAME_CONFIG, 0, "the prefix leaves "
		    "no session ID that is not in use");
	return TLS_FAILED;
}

/* ---- the handshake ---------------------------------------------------- */

/* Whether another suite may still do. */
static bool
is_about_the_suite(int code)
{
	return code == GNUTLS_E_NO_CIPHER_SUITES ||
	    code == GNUTLS_E_UNKNOWN_CIPHER_SUITE ||
	    code == GNUTLS_E_INSUFFICIENT_CREDENTIALS;
}

/* Goes on to the next candidate; false if there is none. */
static bool
walk_on(struct tls_session *session, int *code)
{
	gnutls_priority_t priority;

	if (!session->walking || !is_about_the_suite(*code))
		return false;
	priority = gnu_candidate_next(session);
	if (!priority)
		return false;
	gnutls_deinit(session->tls);
	gnu_io_rewind(session);
	*code = start(session, priority);
	return *code >= 0;
}

/* One call of the library and what follows from it: TLS_OK to go on. */
static enum tls_status
advance(struct tls_session *session, struct tls_error *err)
{
	int code = 0;

	session->blocked = TLS_OK;
	if (!session->complete)
		code = gnutls_handshake(session->tls);
	session->complete = code == 0;
	if (code == 0)
		code = gnu_resume_give_tickets(session);
	if (code == 0) {
		session->open = true;
		session->hello = NULL;
		session->choice = NULL;
		return TLS_OK;
	}
	/* The library also says so after each piece of a message: then
	 * nothing is blocked. */
	if (code == GNUTLS_E_AGAIN)
		return session->blocked;
	if (code == GNUTLS_E_WARNING_ALERT_RECEIVED) {
		gnu_observe_alert(session, TLS_RECEIVED, 1,
		    (int)gnutls_alert_get(session->tls));
		return TLS_OK;
	}
	if (walk_on(session, &code))
		return TLS_OK;
	if (session->tls)
		return gnu_session_fail(session, code, err);
	gnu_error_code(err, TLS_BLAME_LIBRARY, code, "opening a session");
	return TLS_FAILED;
}

/* The host is asked for keys in the handshake only. */
static bool
begin(struct tls_session *session, struct tls_error *err)
{
	int code = 0;

	gnu_observe_state(session, &(const struct tls_state){
	    .kind = TLS_STATE_BEFORE });
	session->use_psk = gnu_psk_fits(session);
	if (session->use_psk)
		code = gnutls_credentials_set(session->tls, GNUTLS_CRD_PSK,
		    session->server->psk);
	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "opening a session");
}

enum tls_status
gnu_handshake(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status = TLS_OK;

	if (!session->begun && !begin(session, err))
		return TLS_FAILED;
	session->begun = true;
	while (!session->open && status == TLS_OK)
		status = advance(session, err);
	return status;
}
