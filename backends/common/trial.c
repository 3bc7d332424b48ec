/* common/trial.c - a server of a backend and a client of its library, in memory
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/trial.h"

#include <string.h>

#include "common/sample.h"
#include "common/wire.h"

/* More calls of each end than any handshake or request takes. */
#define ROUNDS	16

/* ---- beginning and end ------------------------------------------------- */

static const struct common_client_ops *
ops_of(const struct common_trial *trial)
{
	return trial->lab->library->client;
}

void
common_trial_init(struct common_trial *trial, struct common_lab *lab,
    uint16_t version, enum common_trial_with with)
{
	/* AES-128-GCM; ECDHE-ECDSA and PSK with AES-128-CBC and SHA-1, which
	 * every version up to TLS 1.2 has. */
	static const uint16_t suites[][2] = {
		[COMMON_WITH_KEY] = { 0x1301, 0xc009 },
		[COMMON_WITH_PSK] = { 0x1301, 0x008c },
	};
	static const uint16_t groups[] = { 29, 23 };
	const struct tls_identity *own = with == COMMON_WITH_KEY ?
	    common_sample(lab, COMMON_P256) : NULL;

	*trial = (struct common_trial){
		.lab = lab, .backend = lab->library->backend,
		.offer = {
			.version = version,
			.suites = suites[with], .num_suites = 2,
			.groups = groups, .num_groups = 2,
			.psk = with == COMMON_WITH_PSK,
		},
		.config = {
			.versions = TLS_VERSION_BIT(version),
			.suites = suites[with], .num_suites = 2,
			.psk = with == COMMON_WITH_PSK,
			.identities = own, .num_identities = own ? 1 : 0,
		},
		.choice = { .version = version },
	};
	common_memory_init(&trial->memory);
	common_witness_init(&trial->witness, TLS_WANTS_STATES |
	    TLS_WANTS_MESSAGES | TLS_WANTS_SECRETS | TLS_WANTS_ALERTS);
	trial->witness.time_ms = 86400000;	/* the certificates' 2nd day */
	trial->witness.psk_identity = COMMON_TEXT(COMMON_TRIAL_IDENTITY);
	trial->witness.psk = COMMON_TEXT(COMMON_TRIAL_KEY);
}

void
common_trial_clear(struct common_trial *trial)
{
	trial->backend->session_close(trial->session);
	ops_of(trial)->close(trial->client);
	if (trial->server != trial->lab->cheap)
		trial->backend->server_close(trial->server);
	common_memory_clear(&trial->memory);
	common_witness_clear(&trial->witness);
}

/* ---- the hello --------------------------------------------------------- */

static size_t
read_numbers(const struct tls_hello *hello, uint16_t type, uint16_t *out)
{
	const struct tls_extension *found = common_extension(hello, type);
	size_t num = 0;

	for (size_t at = 2; found && at + 2 <= found->body.len &&
	    num < COMMON_TRIAL_NUMBERS; at += 2)
		out[num++] = common_get_u16(found->body.data + at);
	return num;
}

/* What a hello says by its extensions. */
static void
read_wishes(struct common_trial *trial)
{
	struct tls_hello *hello = &trial->hello;
	const struct tls_extension *alpn = common_extension(hello, 16);

	hello->versions = &trial->offer.version;
	hello->num_versions = 1;
	hello->num_groups = read_numbers(hello, 10, trial->groups);
	hello->num_signatures = read_numbers(hello, 13, trial->signatures);
	if (alpn)
		hello->alpn = (struct tls_span){ alpn->body.data + 2,
		    alpn->body.len - 2 };
	/* Not every library's client can ask. */
	hello->offers_status = trial->choice.status ||
	    common_extension(hello, 5);
	hello->offers_extended_master = common_extension(hello, 23);
	hello->offers_ticket = common_extension(hello, 35);
	hello->offers_psk = common_extension(hello, 41);
	hello->offers_post_handshake_auth = common_extension(hello, 49);
	hello->offers_secure_renegotiation = true;
}

/* Of a hello in one record, which the library has just made. */
static bool
read_hello(struct common_trial *trial)
{
	const size_t head = COMMON_RECORD_HEADER_LEN +
	    COMMON_MESSAGE_HEADER_LEN;
	const struct common_pipe *pipe = &trial->memory.to_server;
	const uint8_t *wire = trial->wire;
	struct tls_hello *hello = &trial->hello;
	size_t len = common_pipe_len(pipe), at = head + 2 + 32, end;

	if (len < at + 1 || len > sizeof trial->wire)
		return false;
	memcpy(trial->wire, pipe->data + pipe->next, len);
	*hello = (struct tls_hello){
		.wire = { wire, len }, .num_records = 1,
		.message = { wire + COMMON_RECORD_HEADER_LEN,
		    len - COMMON_RECORD_HEADER_LEN },
		.record_version = common_get_u16(wire + 1),
		.legacy_version = common_get_u16(wire + head),
		.random = { wire + head + 2, 32 },
		.session_id = { wire + at + 1, wire[at] },
		.suites = trial->suites, .groups = trial->groups,
		.signatures = trial->signatures,
		.extensions = trial->extensions,
	};
	at += 1 + (size_t)wire[at];
	end = at + 2 + common_get_u16(wire + at);
	for (at += 2; at < end && hello->num_suites < COMMON_TRIAL_NUMBERS;
	    at += 2)
		trial->suites[hello->num_suites++] = common_get_u16(wire + at);
	hello->compression = (struct tls_span){ wire + at + 1, wire[at] };
	at += 1 + (size_t)wire[at] + 2;
	while (at + 4 <= len && hello->num_extensions < COMMON_TRIAL_NUMBERS) {
		struct tls_extension *extension =
		    &trial->extensions[hello->num_extensions++];

		extension->type = common_get_u16(wire + at);
		extension->body = (struct tls_span){ wire + at + 4,
		    common_get_u16(wire + at + 2) };
		at += 4 + extension->body.len;
	}
	read_wishes(trial);
	return at == len;
}

/* As the core does: those in common, in the order that decides. */
static void
choose(struct common_trial *trial)
{
	const struct tls_config *config = &trial->config;
	struct { const uint16_t *list; size_t num; } first = {
		trial->hello.suites, trial->hello.num_suites },
	    second = { config->suites, config->num_suites }, swap = first;
	size_t num = 0;

	if (config->server_preference) {
		first = second;
		second = swap;
	}
	for (size_t i = 0; i < first.num; i++)
		for (size_t j = 0; j < second.num; j++)
			if (first.list[i] == second.list[j] &&
			    (first.list[i] >> 8 == 0x13) ==
			    (trial->offer.version >= TLS_VERSION_1_3))
				trial->chosen[num++] = first.list[i];
	trial->choice.suites = trial->chosen;
	trial->choice.num_suites = num;
}

/* ---- both ends --------------------------------------------------------- */

static void
learn(struct common_trial *trial)
{
	ops_of(trial)->tell(trial);
	trial->backend->facts(trial->session, &trial->facts);
}

/* The client has made its hello. */
static bool
open_ends(struct common_trial *trial)
{
	const struct common_client_ops *ops = ops_of(trial);
	struct common_client *last = trial->client;

	trial->backend->session_close(trial->session);
	trial->session = NULL;
	common_memory_clear(&trial->memory);
	common_memory_init(&trial->memory);
	trial->flight_len = 0;
	trial->told = (struct common_told){ .tickets = 0 };
	if (!trial->server)
		trial->server = trial->backend->server_open(&trial->config,
		    &trial->err);
	trial->client = trial->server ? ops->open(trial, last) : NULL;
	ops->close(last);
	if (!trial->client || ops->move(trial) != TLS_WANT_READ ||
	    !read_hello(trial))
		return false;
	choose(trial);
	if (trial->pieces &&
	    !common_pipe_cut(&trial->memory.to_server, trial->pieces))
		return false;
	trial->session = trial->backend->session_open(trial->server,
	    &trial->hello, &trial->choice, &trial->memory.io,
	    &trial->witness.host, &trial->err);
	return trial->session;
}

/* Keeps what the server said first. */
static void
record(struct common_trial *trial)
{
	const struct common_pipe *pipe = &trial->memory.to_client;
	size_t len = common_pipe_len(pipe);

	if (trial->flight_len || !len)
		return;
	trial->flight_len = len < sizeof trial->flight ? len :
	    sizeof trial->flight;
	memcpy(trial->flight, pipe->data + pipe->next, trial->flight_len);
}

bool
common_trial_meet(struct common_trial *trial)
{
	enum tls_status server = TLS_WANT_READ, client = TLS_WANT_READ;

	if (!open_ends(trial))
		return false;
	for (int i = 0; i < ROUNDS && (server != TLS_OK || client != TLS_OK);
	    i++) {
		if (server != TLS_OK)
			server = trial->backend->handshake(trial->session,
			    &trial->err);
		record(trial);
		client = ops_of(trial)->move(trial);
		if (server == TLS_FAILED || client == TLS_FAILED)
			return false;
	}
	learn(trial);
	return server == TLS_OK && client == TLS_OK;
}

bool
common_trial_begin(struct common_trial *trial)
{
	if (!open_ends(trial) || trial->backend->handshake(trial->session,
	    &trial->err) != TLS_WANT_READ)
		return false;
	record(trial);
	trial->backend->facts(trial->session, &trial->facts);
	return trial->flight_len > COMMON_RECORD_HEADER_LEN &&
	    trial->flight[0] == COMMON_HANDSHAKE &&
	    trial->flight[COMMON_RECORD_HEADER_LEN] == COMMON_SERVER_HELLO;
}

bool
common_trial_talk(struct common_trial *trial)
{
	const struct common_client_ops *ops = ops_of(trial);
	enum tls_status status = TLS_WANT_READ;
	uint8_t buf[16] = { 1 };
	size_t done, before;

	for (int i = 0; i < ROUNDS && status == TLS_WANT_READ; i++) {
		if (ops->move(trial) == TLS_FAILED)
			return false;
		/* Once all that was under way has been answered. */
		if (i == ROUNDS / 2 && !ops->write(trial))
			return false;
		status = trial->backend->read(trial->session, buf, sizeof buf,
		    &done, &trial->err);
	}
	learn(trial);
	before = trial->told.num_read;
	if (status != TLS_OK || trial->backend->write(trial->session, buf, 1,
	    &done, &trial->err) != TLS_OK || ops->move(trial) == TLS_FAILED)
		return false;
	learn(trial);
	return trial->told.num_read == before + 1;
}

bool
common_trial_said(const struct common_trial *trial, struct tls_span bytes)
{
	for (size_t at = 0; bytes.len && at + bytes.len <= trial->flight_len;
	    at++)
		if (!memcmp(trial->flight + at, bytes.data, bytes.len))
			return true;
	return false;
}
