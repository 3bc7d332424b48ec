/* ticket.c - sessions in tickets, and in the host's store
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 5077, 4; RFC 8446, 4.6.1
 *
 * What is saved is: what must be the same when it comes back (version, context,
 * whether certificates are asked for), the time of issue, the session as the
 * library saves it.  The store has it like that; a ticket is: name of the key
 * (16), nonce (12), that encrypted, tag (16).  Without a ticket key but with a
 * store, a ticket of TLS 1.3 is a mere identifier.
 */
#include "mbedtls.h"
#include "unlock.h"

#include <stdlib.h>
#include <string.h>

#define NAME_LEN	16
#define KEY_LEN		32
#define NONCE_LEN	12
#define TAG_LEN		16
#define HEAD_LEN	(NAME_LEN + NONCE_LEN)
#define HANDLE_LEN	32
#define CONTEXT_MAX	32
#define PARTITION_LEN	(2 + 1 + 1 + CONTEXT_MAX)
#define SAVED_LEN	(PARTITION_LEN + 8)	/* before the session */

/* What parts sessions that must not be mixed. */
static void
put_partition(const struct tls_session *session, uint8_t out[PARTITION_LEN])
{
	const struct tls_config *config = session->server->config;
	struct tls_span context = config->session_context;

	if (context.len > CONTEXT_MAX)
		context.len = CONTEXT_MAX;
	memset(out, 0, PARTITION_LEN);
	common_put_u16(out, compat_version(&session->ssl));
	out[2] = (uint8_t)config->peer_certificate;
	out[3] = (uint8_t)context.len;
	if (context.len)
		memcpy(out + 4, context.data, context.len);
}

bool
mbed_ticket_setup(struct tls_server *server, struct tls_error *err)
{
	struct tls_span key = server->config->ticket_key;
	int status;

	if (key.len == 0)
		return true;
	if (key.len != TLS_TICKET_KEY_LEN)
		return common_refuse(err, TLS_BLAME_US,
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

/* Saves a session to memory of its own; wipe it. */
static int
save(struct tls_session *session, const mbedtls_ssl_session *from,
    struct mbed_bytes *out)
{
	size_t len = 0;
	int status = mbedtls_ssl_session_save(from, NULL, 0, &len);

	*out = (struct mbed_bytes){ NULL, 0 };
	if (status != MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL)
		return status ? status : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
	out->data = malloc(SAVED_LEN + len);
	if (!out->data)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	out->len = SAVED_LEN + len;
	put_partition(session, out->data);
	common_put_u64(out->data + PARTITION_LEN, (uint64_t)now(session));
	status = mbedtls_ssl_session_save(from, out->data + SAVED_LEN, len,
	    &len);
	if (status)
		mbed_unlock_wipe(out);
	return status;
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
	uint8_t partition[PARTITION_LEN];
	int64_t age;
	int status;

	put_partition(session, partition);
	if (saved.len < SAVED_LEN ||
	    memcmp(saved.data, partition, PARTITION_LEN))
		return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
	age = now(session) - (int64_t)common_get_u64(saved.data +
	    PARTITION_LEN);
	if (age < 0 || age > COMMON_LIFETIME)
		return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
	status = mbedtls_ssl_session_load(into, saved.data + SAVED_LEN,
	    saved.len - SAVED_LEN);
	if (status)
		return status;
	if (compat_version(&session->ssl) < TLS_VERSION_1_3 &&
	    !prefer(session, compat_suite(into)))
		return MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
	return 0;
}

static int
seal(struct tls_server *server, const struct mbed_bytes *saved,
    unsigned char *start, size_t room, size_t *len)
{
	int status;

	*len = HEAD_LEN + saved->len + TAG_LEN;
	if (room < *len)
		return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
	memcpy(start, server->config->ticket_key.data, NAME_LEN);
	status = mbedtls_ctr_drbg_random(&server->drbg, start + NAME_LEN,
	    NONCE_LEN);
	if (status)
		return status;
	return mbedtls_gcm_crypt_and_tag(&server->ticket_key,
	    MBEDTLS_GCM_ENCRYPT, saved->len, start + NAME_LEN, NONCE_LEN,
	    NULL, 0, saved->data, start + HEAD_LEN, TAG_LEN,
	    start + HEAD_LEN + saved->len);
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
	size_t room = (size_t)(end - start);
	struct mbed_bytes saved;
	int status;

	*lifetime = COMMON_LIFETIME;
	*len = 0;
	if (!session->server->tickets)
		return write_handle(session, from, start, room, len);
	status = save(session, from, &saved);
	if (!status)
		status = seal(session->server, &saved, start, room, len);
	mbed_unlock_wipe(&saved);
	return status;
}

int
mbed_ticket_parse(void *context, mbedtls_ssl_session *into,
    unsigned char *bytes, size_t len)
{
	struct tls_session *session = context;
	struct tls_server *server = session->server;
	struct mbed_bytes saved;
	int status;

	if (!server->tickets)
		return len != HANDLE_LEN ? MBEDTLS_ERR_SSL_INVALID_MAC :
		    mbed_store_get(session,
			(struct tls_span){ bytes, len }, into);
	if (len < HEAD_LEN + SAVED_LEN + TAG_LEN ||
	    memcmp(bytes, server->config->ticket_key.data, NAME_LEN))
		return MBEDTLS_ERR_SSL_INVALID_MAC;
	saved.len = len - HEAD_LEN - TAG_LEN;
	saved.data = malloc(saved.len);
	if (!saved.data)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	status = mbedtls_gcm_auth_decrypt(&server->ticket_key, saved.len,
	    bytes + NAME_LEN, NONCE_LEN, NULL, 0, bytes + HEAD_LEN + saved.len,
	    TAG_LEN, bytes + HEAD_LEN, saved.data);
	status = status ? MBEDTLS_ERR_SSL_INVALID_MAC :
	    load(session, (struct tls_span){ saved.data, saved.len }, into);
	mbed_unlock_wipe(&saved);
	return status;
}

/* ---- the host's store -------------------------------------------------- */

int
mbed_store_put(struct tls_session *session, struct tls_span id,
    const mbedtls_ssl_session *from)
{
	struct tls_host *host = session->host;
	struct mbed_bytes saved;
	int status;

	if (id.len == 0)
		return 0;		/* it went into a ticket */
	status = save(session, from, &saved);
	if (!status)
		host->ops->remember(host, id, (struct tls_span){ saved.data,
			saved.len }, COMMON_LIFETIME);
	mbed_unlock_wipe(&saved);
	return status;
}

int
mbed_store_get(struct tls_session *session, struct tls_span id,
    mbedtls_ssl_session *into)
{
	struct tls_host *host = session->host;

	return load(session, host->ops->resume(host, id), into);
}
