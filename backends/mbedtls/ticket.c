/* ticket.c - sessions in tickets, and in the host's store
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 5077, 4; RFC 8446, 4.6.1
 *
 * A ticket is: name of the key (16), nonce (12), encrypted { time of issue
 * (8), the session as the library saves it }, tag (16).  What must be the same
 * when it comes back (version, context, whether certificates are asked for) is
 * authenticated with it.  Without a ticket key but with a store, a ticket of
 * TLS 1.3 is a mere identifier.
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

#define NAME_LEN	16
#define KEY_LEN		32
#define NONCE_LEN	12
#define TIME_LEN	8
#define TAG_LEN		16
#define HEAD_LEN	(NAME_LEN + NONCE_LEN)
#define HANDLE_LEN	32
#define CONTEXT_MAX	32

/* What parts sessions that must not be mixed. */
struct partition {
	uint8_t bytes[2 + 1 + 1 + CONTEXT_MAX];
	size_t len;
};

static struct partition
partition_of(const struct tls_session *session)
{
	const struct tls_config *config = session->server->config;
	struct tls_span context = config->session_context;
	uint16_t version = compat_version(&session->ssl);
	struct partition p = { .len = 4 };

	common_put_u16(p.bytes, version);
	if (context.len > CONTEXT_MAX)
		context.len = CONTEXT_MAX;
	p.bytes[2] = (uint8_t)config->peer_certificate;
	p.bytes[3] = (uint8_t)context.len;
	if (context.len) {
		memcpy(p.bytes + 4, context.data, context.len);
		p.len += context.len;
	}
	return p;
}

bool
mbed_ticket_setup(struct tls_server *server, struct tls_error *err)
{
	struct tls_span key = server->config->ticket_key;
	int status;

	if (key.len == 0)
		return true;
	if (key.len != TLS_TICKET_KEY_LEN)
		return mbed_error_set(err, TLS_BLAME_US,
		    "a ticket key has %d bytes", TLS_TICKET_KEY_LEN);
	status = mbedtls_gcm_setkey(&server->ticket_key,
	    MBEDTLS_CIPHER_ID_AES, key.data + NAME_LEN, KEY_LEN * 8);
	if (status)
		return mbed_error_from(err, TLS_BLAME_LIBRARY, status,
		    "ticket key");
	server->tickets = true;
	return true;
}

/* ---- tickets ----------------------------------------------------------- */

static int64_t
now(const struct tls_session *session)
{
	return session->host->ops->now_ms(session->host) / 1000;
}

/* Saves time and session to memory of its own; wipe and free it. */
static int
save(struct tls_session *session, const mbedtls_ssl_session *from,
    uint8_t **out, size_t *out_len)
{
	size_t len = 0;
	uint8_t *bytes;
	int status = mbedtls_ssl_session_save(from, NULL, 0, &len);

	if (status != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL)
		return status ? status : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
	bytes = malloc(TIME_LEN + len);
	if (!bytes)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	common_put_u64(bytes, (uint64_t)now(session));
	status = mbedtls_ssl_session_save(from, bytes + TIME_LEN, len, &len);
	if (status) {
		free(bytes);
		return status;
	}
	*out = bytes;
	*out_len = TIME_LEN + len;
	return 0;
}

/* A session resumes with the suite that it has: where the client still
 * offers it and we allow it, it becomes the first candidate. */
static bool
prefer(struct tls_session *session, int suite)
{
	if (session->server->config->native)
		return true;
	for (size_t i = 0; i < session->num_suites; i++) {
		if (session->suites[i] != suite)
			continue;
		memmove(session->suites + 1, session->suites,
		    i * sizeof *session->suites);
		session->suites[0] = suite;
		return true;
	}
	return false;
}

static int
load(struct tls_session *session, struct tls_span saved,
    mbedtls_ssl_session *into)
{
	int64_t age;
	int status;

	if (saved.len < TIME_LEN)
		return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
	age = now(session) - (int64_t)common_get_u64(saved.data);
	if (age < 0 || age > COMMON_LIFETIME)
		return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
	status = mbedtls_ssl_session_load(into, saved.data + TIME_LEN,
	    saved.len - TIME_LEN);
	if (status)
		return status;
	if (compat_version(&session->ssl) < TLS_VERSION_1_3 &&
	    !prefer(session, compat_suite(into)))
		return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
	return 0;
}

static void
wipe(uint8_t *bytes, size_t len)
{
	if (bytes)
		mbedtls_platform_zeroize(bytes, len);
	free(bytes);
}

static int
seal(struct tls_session *session, struct tls_span saved,
    unsigned char *start, size_t room, size_t *len)
{
	struct tls_server *server = session->server;
	struct partition p = partition_of(session);
	int status;

	*len = HEAD_LEN + saved.len + TAG_LEN;
	if (room < *len)
		return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
	memcpy(start, server->config->ticket_key.data, NAME_LEN);
	status = mbedtls_ctr_drbg_random(&server->drbg, start + NAME_LEN,
	    NONCE_LEN);
	if (status)
		return status;
	return mbedtls_gcm_crypt_and_tag(&server->ticket_key,
	    MBEDTLS_GCM_ENCRYPT, saved.len, start + NAME_LEN, NONCE_LEN,
	    p.bytes, p.len, saved.data, start + HEAD_LEN, TAG_LEN,
	    start + HEAD_LEN + saved.len);
}

/* A ticket of TLS 1.3 that is looked up in the store. */
static int
write_handle(struct tls_session *session, const mbedtls_ssl_session *from,
    unsigned char *start, size_t room, size_t *len)
{
	struct tls_span id = { start, HANDLE_LEN };
	int status;

	if (room < HANDLE_LEN)
		return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
	status = mbedtls_ctr_drbg_random(&session->server->drbg, start,
	    HANDLE_LEN);
	*len = HANDLE_LEN;
	return status ? status : mbed_store_put(session, id, from);
}

int
mbed_ticket_write(void *context, const mbedtls_ssl_session *from,
    unsigned char *start, const unsigned char *end, size_t *len,
    uint32_t *lifetime)
{
	struct tls_session *session = context;
	size_t room = (size_t)(end - start), saved_len = 0;
	uint8_t *saved = NULL;
	int status;

	*lifetime = COMMON_LIFETIME;
	*len = 0;
	if (!session->server->tickets)
		return write_handle(session, from, start, room, len);
	status = save(session, from, &saved, &saved_len);
	if (status)
		return status;
	status = seal(session, (struct tls_span){ saved, saved_len }, start,
	    room, len);
	wipe(saved, saved_len);
	return status;
}

int
mbed_ticket_parse(void *context, mbedtls_ssl_session *into,
    unsigned char *bytes, size_t len)
{
	struct tls_session *session = context;
	struct tls_server *server = session->server;
	struct partition p = partition_of(session);
	uint8_t *saved;
	size_t saved_len;
	int status;

	if (!server->tickets)
		return len != HANDLE_LEN ? MBEDTLS_ERR_SSL_INVALID_MAC :
		    mbed_store_get(session,
			(struct tls_span){ bytes, len }, into);
	if (len < HEAD_LEN + TIME_LEN + TAG_LEN ||
	    memcmp(bytes, server->config->ticket_key.data, NAME_LEN))
		return MBEDTLS_ERR_SSL_INVALID_MAC;
	saved_len = len - HEAD_LEN - TAG_LEN;
	saved = malloc(saved_len);
	if (!saved)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	status = mbedtls_gcm_auth_decrypt(&server->ticket_key, saved_len,
	    bytes + NAME_LEN, NONCE_LEN, p.bytes, p.len,
	    bytes + HEAD_LEN + saved_len, TAG_LEN, bytes + HEAD_LEN, saved);
	status = status ? MBEDTLS_ERR_SSL_INVALID_MAC :
	    load(session, (struct tls_span){ saved, saved_len }, into);
	wipe(saved, saved_len);
	return status;
}

/* ---- the host's store -------------------------------------------------- */

/* An entry is the partition, then time and session. */
int
mbed_store_put(struct tls_session *session, struct tls_span id,
    const mbedtls_ssl_session *from)
{
	struct tls_host *host = session->host;
	struct partition p = partition_of(session);
	uint8_t *saved = NULL, *entry;
	size_t len = 0;
	int status;

	if (id.len == 0)
		return 0;		/* it went into a ticket */
	status = save(session, from, &saved, &len);
	if (status)
		return status;
	entry = malloc(p.len + len);
	if (entry) {
		memcpy(entry, p.bytes, p.len);
		memcpy(entry + p.len, saved, len);
		host->ops->remember(host, id,
		    (struct tls_span){ entry, p.len + len }, COMMON_LIFETIME);
		wipe(entry, p.len + len);
	}
	wipe(saved, len);
	return entry ? 0 : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

int
mbed_store_get(struct tls_session *session, struct tls_span id,
    mbedtls_ssl_session *into)
{
	struct tls_host *host = session->host;
	struct partition p = partition_of(session);
	struct tls_span entry = host->ops->resume(host, id);

	if (entry.len < p.len || memcmp(entry.data, p.bytes, p.len))
		return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
	entry.data += p.len;
	entry.len -= p.len;
	return load(session, entry, into);
}
