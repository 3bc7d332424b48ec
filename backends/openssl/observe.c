/* observe.c - what the library does, told to the host
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <string.h>

/* ---- states and alerts ------------------------------------------------ */

/* Keeps what an error will have to say, whether or not anybody listens now. */
static void
note_alert(struct tls_session *session, bool received, int level,
    int description)
{
	int *kept = received ? &session->alert_received : &session->alert_sent;

	if (level == SSL3_AL_FATAL ||
	    (received && *kept < 0 && !session->established))
		*kept = description;
}

/* The library tells of each ChangeCipherSpec that it writes, and of none that
 * it reads, but for the state that it is then in. */
static void
tell_change(const struct tls_session *session)
{
	static const uint8_t change[] = { SSL3_MT_CCS };
	struct tls_host *host = session->host;

	if (host->wants & TLS_WANTS_MESSAGES &&
	    SSL_get_state(session->ssl) == TLS_ST_SR_CHANGE)
		host->ops->message(host, TLS_RECEIVED,
		    (uint16_t)SSL_version(session->ssl),
		    SSL3_RT_CHANGE_CIPHER_SPEC,
		    (struct tls_span){ change, sizeof change });
}

/* The library's states that deal with a message. */
static const struct {
	OSSL_HANDSHAKE_STATE number;
	struct tls_state state;
} states[] = {
#define READ(number, type) \
	{ number, { TLS_STATE_MESSAGE, TLS_RECEIVED, SSL3_RT_HANDSHAKE, type } }
#define WRITE(number, type) \
	{ number, { TLS_STATE_MESSAGE, TLS_SENT, SSL3_RT_HANDSHAKE, type } }
	{ TLS_ST_BEFORE, { .kind = TLS_STATE_BEFORE } },
	{ TLS_ST_EARLY_DATA, { .kind = TLS_STATE_EARLY_DATA } },
	{ TLS_ST_OK, { .kind = TLS_STATE_DONE } },
	{ TLS_ST_SR_CHANGE, { TLS_STATE_MESSAGE, TLS_RECEIVED,
	    SSL3_RT_CHANGE_CIPHER_SPEC, 0 } },
	{ TLS_ST_SW_CHANGE, { TLS_STATE_MESSAGE, TLS_SENT,
	    SSL3_RT_CHANGE_CIPHER_SPEC, 0 } },
	READ(TLS_ST_SR_CLNT_HELLO, SSL3_MT_CLIENT_HELLO),
	READ(TLS_ST_SR_END_OF_EARLY_DATA, SSL3_MT_END_OF_EARLY_DATA),
	READ(TLS_ST_SR_CERT, SSL3_MT_CERTIFICATE),
	READ(TLS_ST_SR_KEY_EXCH, SSL3_MT_CLIENT_KEY_EXCHANGE),
	READ(TLS_ST_SR_CERT_VRFY, SSL3_MT_CERTIFICATE_VERIFY),
	READ(TLS_ST_SR_NEXT_PROTO, SSL3_MT_NEXT_PROTO),
	READ(TLS_ST_SR_FINISHED, SSL3_MT_FINISHED),
	READ(TLS_ST_SR_KEY_UPDATE, SSL3_MT_KEY_UPDATE),
	WRITE(TLS_ST_SW_HELLO_REQ, SSL3_MT_HELLO_REQUEST),
	WRITE(TLS_ST_SW_SRVR_HELLO, SSL3_MT_SERVER_HELLO),
	WRITE(TLS_ST_SW_ENCRYPTED_EXTENSIONS, SSL3_MT_ENCRYPTED_EXTENSIONS),
	WRITE(TLS_ST_SW_CERT, SSL3_MT_CERTIFICATE),
	WRITE(TLS_ST_SW_CERT_STATUS, SSL3_MT_CERTIFICATE_STATUS),
	WRITE(TLS_ST_SW_KEY_EXCH, SSL3_MT_SERVER_KEY_EXCHANGE),
	WRITE(TLS_ST_SW_CERT_REQ, SSL3_MT_CERTIFICATE_REQUEST),
	WRITE(TLS_ST_SW_CERT_VRFY, SSL3_MT_CERTIFICATE_VERIFY),
	WRITE(TLS_ST_SW_SRVR_DONE, SSL3_MT_SERVER_DONE),
	WRITE(TLS_ST_SW_SESSION_TICKET, SSL3_MT_NEWSESSION_TICKET),
	WRITE(TLS_ST_SW_FINISHED, SSL3_MT_FINISHED),
	WRITE(TLS_ST_SW_KEY_UPDATE, SSL3_MT_KEY_UPDATE),
#undef READ
#undef WRITE
};

static void
tell_state(struct tls_host *host, OSSL_HANDSHAKE_STATE number)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (states[i].number == number)
			host->ops->state(host, &states[i].state);
}

static void
told(const SSL *ssl, int where, int value)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_host *host = session->host;
	bool received = where & SSL_CB_READ;

	if (where & SSL_CB_ALERT) {
		note_alert(session, received, value >> 8, value & 0xff);
		if (host->wants & TLS_WANTS_ALERTS)
			host->ops->alert(host,
			    received ? TLS_RECEIVED : TLS_SENT,
			    (uint8_t)(value >> 8), (uint8_t)value);
	} else if (where & SSL_CB_LOOP) {
		tell_change(session);
		/* The library's own word for the end of a handshake is given
		 * for a mere HelloRequest too, and not for every one that
		 * asks for a certificate in TLS 1.3. */
		if (session->established &&
		    SSL_get_state(ssl) == TLS_ST_SR_FINISHED)
			session->renewed = true;
		if (host->wants & TLS_WANTS_STATES)
			tell_state(host, SSL_get_state(ssl));
	}
}

void
openssl_observe_server(SSL_CTX *ctx)
{
	SSL_CTX_set_info_callback(ctx, told);
}

/* ---- messages --------------------------------------------------------- */

/* Content types of the library's own making, record headers for one, are
 * left out, and so is a ClientHello in SSLv2's shape, which has none. */
static void
message(int sent, int version, int content_type, const void *data, size_t len,
    SSL *ssl, void *arg)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_host *host = session->host;

	(void)arg;
	if (content_type != SSL3_RT_CHANGE_CIPHER_SPEC &&
	    content_type != SSL3_RT_ALERT && content_type != SSL3_RT_HANDSHAKE)
		return;
	host->ops->message(host, sent ? TLS_SENT : TLS_RECEIVED,
	    (uint16_t)version, (uint8_t)content_type,
	    (struct tls_span){ data, len });
}

/* ---- secrets ---------------------------------------------------------- */

#define SECRET_MAX_LEN	64	/* of a hash: SHA-512 */

/* Takes one word of hexadecimal digits off `line` into `out`; returns the
 * number of bytes, 0 if there is none or it does not fit. */
static size_t
take_hex(const char **line, uint8_t *out, size_t room)
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;
	size_t len = 0;

	while (**line == ' ')
		++*line;
	while (**line && **line != ' ') {
		high = strchr(digits, **line | 0x20);
		low = (*line)[1] ? strchr(digits, (*line)[1] | 0x20) : NULL;
		if (!high || !low || len == room)
			return 0;
		out[len++] = (uint8_t)((high - digits) << 4 | (low - digits));
		*line += 2;
	}
	return len;
}

/* The library gives a finished line and no parts. */
static void
secret(const SSL *ssl, const char *line)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_host *host = session->host;
	uint8_t random[SSL3_RANDOM_SIZE], bytes[SECRET_MAX_LEN];
	size_t random_len, len, label_len = strcspn(line, " ");
	char label[64];

	if (!(host->wants & TLS_WANTS_SECRETS) || label_len >= sizeof label)
		return;
	memcpy(label, line, label_len);
	label[label_len] = '\0';
	line += label_len;
	random_len = take_hex(&line, random, sizeof random);
	len = take_hex(&line, bytes, sizeof bytes);
	if (random_len && len)
		host->ops->secret(host, label,
		    (struct tls_span){ random, random_len },
		    (struct tls_span){ bytes, len });
	OPENSSL_cleanse(bytes, sizeof bytes);
}

void
openssl_observe_session(struct tls_session *session)
{
	unsigned wants = session->host->wants;
	SSL_CTX *ctx = session->server->ctx;

	if (wants & TLS_WANTS_MESSAGES)
		SSL_set_msg_callback(session->ssl, message);
	/* The library has this one for a whole context only, and writes every
	 * line out as soon as it is set: so the first session that wants
	 * secrets sets it. */
	if (wants & TLS_WANTS_SECRETS && !SSL_CTX_get_keylog_callback(ctx))
		SSL_CTX_set_keylog_callback(ctx, secret);
}
