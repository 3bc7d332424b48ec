/* trial.c - a server of this backend and a client of the library, in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint8_t psk[16] = "sixteen bytes...";

/* ---- the client -------------------------------------------------------- */

static ssize_t
pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
	struct trial *trial = ptr;
	size_t n = common_pipe_take(&trial->memory.to_client, buf, len);

	if (n == 0)
		gnutls_transport_set_errno(trial->client, EAGAIN);
	return n == 0 ? -1 : (ssize_t)n;
}

static int
pull_timeout(gnutls_transport_ptr_t ptr, unsigned int ms)
{
	struct trial *trial = ptr;

	(void)ms;
	return common_pipe_len(&trial->memory.to_client) > 0;
}

static ssize_t
push(gnutls_transport_ptr_t ptr, const void *data, size_t len)
{
	struct trial *trial = ptr;

	return (ssize_t)common_pipe_put(&trial->memory.to_server, data, len);
}

static int
count(gnutls_session_t tls, unsigned type, unsigned when, unsigned incoming,
    const gnutls_datum_t *body)
{
	struct trial *trial = gnutls_session_get_ptr(tls);

	(void)when;
	(void)incoming;
	(void)body;
	trial->seen[type & 0xff]++;
	return 0;
}

/* The library would write a log where the environment says. */
static int
keylog(gnutls_session_t tls, const char *label, const gnutls_datum_t *secret)
{
	(void)tls;
	(void)label;
	(void)secret;
	return 0;
}

static int
set_credentials(struct trial *trial)
{
	gnutls_datum_t key = gnu_datum_of((struct tls_span){ psk,
	    sizeof psk });
	gnutls_session_t tls = trial->client;
	int code = 0;

	if (!trial->certificate)
		code = gnutls_certificate_allocate_credentials(
		    &trial->certificate);
	if (code >= 0 && !trial->anonymous)
		code = gnutls_anon_allocate_client_credentials(
		    &trial->anonymous);
	if (code >= 0 && !trial->psk) {
		code = gnutls_psk_allocate_client_credentials(&trial->psk);
		/* a second time it would leak the first key */
		if (code >= 0)
			code = gnutls_psk_set_client_credentials(trial->psk,
			    TRIAL_PSK_IDENTITY, &key, GNUTLS_PSK_KEY_RAW);
	}
	if (code >= 0)
		code = gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE,
		    trial->certificate);
	if (code >= 0)
		code = gnutls_credentials_set(tls, GNUTLS_CRD_ANON,
		    trial->anonymous);
	return code < 0 ? code : gnutls_credentials_set(tls, GNUTLS_CRD_PSK,
	    trial->psk);
}

/* A session whose priority was refused is only to be freed: 3.7 crashes. */
static void
open_client(struct trial *trial)
{
	char text[512];
	gnutls_session_t tls;

	snprintf(text, sizeof text, "NONE:+CTYPE-X509:+COMP-NULL:"
	    "+VERS-TLS1.%d:%s", trial->version - TLS_VERSION_1_0,
	    trial->offer);
	if (gnutls_init(&trial->client, GNUTLS_CLIENT | GNUTLS_NONBLOCK |
	    GNUTLS_NO_SIGNAL | GNUTLS_POST_HANDSHAKE_AUTH) < 0) {
		trial->client = NULL;
		return;
	}
	tls = trial->client;
	if (gnutls_priority_set_direct(tls, text, NULL) < 0 ||
	    set_credentials(trial) < 0) {
		gnutls_deinit(tls);
		trial->client = NULL;
		return;
	}
	gnutls_session_set_ptr(tls, trial);
	gnutls_handshake_set_timeout(tls, 0);
	gnutls_session_set_keylog_function(tls, keylog);
	gnutls_handshake_set_hook_function(tls, GNUTLS_HANDSHAKE_ANY,
	    GNUTLS_HOOK_POST, count);
	gnutls_transport_set_ptr(tls, trial);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_transport_set_push_function(tls, push);
}

/* ---- both ends --------------------------------------------------------- */

void
gnu_trial_identity(struct trial *trial, enum tls_key_kind kind)
{
	struct tls_probe *probe = trial->probe;

	trial->config.num_identities = 0;
	if (!gnu_trial_key(probe, kind))
		return;
	trial->identities[0] = (struct tls_identity){
		.chain = &probe->chains[kind], .num_chain = 1,
		.key = { probe->keys[kind].der, probe->keys[kind].der_len },
		.cert_origin = "trial", .key_origin = "trial",
	};
	trial->config.identities = trial->identities;
	trial->config.num_identities = 1;
}

void
gnu_trial_init(struct trial *trial, struct tls_probe *probe,
    uint16_t version, const char *offer)
{
	/* What the offers of all trials have one suite of. */
	static const uint16_t suites[] = { 0x1301, 0xc009, 0xc013, 0x008c,
	    0xc018, 0x0090 };

	*trial = (struct trial){
		.probe = probe, .version = version, .offer = offer,
		.choice = { .version = version },
		.config = {
			.versions = TLS_VERSION_BIT(version),
			.suites = suites,
			.num_suites = sizeof suites / sizeof *suites,
			.security_level = -1,
			.psk = strstr(offer, "PSK") != NULL,
		},
	};
	common_memory_init(&trial->memory);
	common_witness_init(&trial->witness, TLS_WANTS_STATES |
	    TLS_WANTS_MESSAGES | TLS_WANTS_SECRETS | TLS_WANTS_ALERTS);
	trial->witness.time_ms = 86400000;	/* the certificates' 2nd day */
	trial->witness.psk = (struct tls_span){ psk, sizeof psk };
	trial->witness.psk_identity = (struct tls_span){
	    (const uint8_t *)TRIAL_PSK_IDENTITY,
	    sizeof TRIAL_PSK_IDENTITY - 1 };
	if (!trial->config.psk && !strstr(offer, "ANON"))
		gnu_trial_identity(trial, TLS_KEY_P256);
	open_client(trial);
}

static void
close_ends(struct trial *trial)
{
	gnu_session_close(trial->session);
	trial->session = NULL;
	if (trial->client)
		gnutls_deinit(trial->client);
	trial->client = NULL;
	common_memory_clear(&trial->memory);
}

void
gnu_trial_clear(struct trial *trial)
{
	close_ends(trial);
	gnu_server_close(trial->server);
	if (trial->certificate)
		gnutls_certificate_free_credentials(trial->certificate);
	if (trial->anonymous)
		gnutls_anon_free_client_credentials(trial->anonymous);
	if (trial->psk)
		gnutls_psk_free_client_credentials(trial->psk);
	common_witness_clear(&trial->witness);
}

/* ---- the hello --------------------------------------------------------- */

static size_t
read_numbers(const struct tls_hello *hello, uint16_t type, uint16_t *out)
{
	const struct tls_extension *found = common_extension(hello, type);
	size_t num = 0;

	for (size_t at = 2; found && at + 2 <= found->body.len &&
	    num < TRIAL_NUMBERS; at += 2)
		out[num++] = common_get_u16(found->body.data + at);
	return num;
}

/* Of a hello in one record, which the library has just made. */
static bool
read_hello(struct trial *trial)
{
	const size_t head = COMMON_RECORD_HEADER_LEN +
	    COMMON_MESSAGE_HEADER_LEN;
	const struct common_pipe *pipe = &trial->memory.to_server;
	struct tls_hello *hello = &trial->hello;
	size_t len = common_pipe_len(pipe), at = head + 2 + 32, end;

	if (len < at + 1 || len > sizeof trial->wire)
		return false;
	memcpy(trial->wire, pipe->data + pipe->next, len);
	*hello = (struct tls_hello){
		.wire = { trial->wire, len },
		.message = { trial->wire + COMMON_RECORD_HEADER_LEN,
		    len - COMMON_RECORD_HEADER_LEN },
		.legacy_version = common_get_u16(trial->wire + head),
		.suites = trial->suites, .groups = trial->groups,
		.signatures = trial->signatures,
		.extensions = trial->extensions,
	};
	at += 1 + (size_t)trial->wire[at];
	end = at + 2 + common_get_u16(trial->wire + at);
	for (at += 2; at < end && hello->num_suites < TRIAL_NUMBERS; at += 2)
		trial->suites[hello->num_suites++] =
		    common_get_u16(trial->wire + at);
	at += 1 + (size_t)trial->wire[at] + 2;
	while (at + 4 <= len && hello->num_extensions < TRIAL_NUMBERS) {
		size_t size = common_get_u16(trial->wire + at + 2);

		trial->extensions[hello->num_extensions++] =
		    (struct tls_extension){ common_get_u16(trial->wire + at),
		    { trial->wire + at + 4, size } };
		at += 4 + size;
	}
	hello->num_groups = read_numbers(hello, 10, trial->groups);
	hello->num_signatures = read_numbers(hello, 13, trial->signatures);
	hello->offers_ticket = common_extension(hello, 35);
	hello->offers_post_handshake_auth = common_extension(hello, 49);
	return at == len;
}

/* As the core does: those in common, in the order that decides. */
static void
choose(struct trial *trial)
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
			    (trial->version >= TLS_VERSION_1_3))
				trial->chosen[num++] = first.list[i];
	trial->choice.suites = trial->chosen;
	trial->choice.num_suites = num;
}

/* ---- what they do ------------------------------------------------------ */

static bool
open_session(struct trial *trial)
{
	struct tls_error err = TLS_ERROR_INIT;

	if (!trial->client || (!trial->config.psk &&
	    trial->config.num_identities == 0 &&
	    !strstr(trial->offer, "ANON")))
		return false;
	if (!trial->server)
		trial->server = gnu_server_open(&trial->config, &err);
	if (!trial->server ||
	    gnutls_handshake(trial->client) != GNUTLS_E_AGAIN ||
	    !read_hello(trial))
		return false;
	choose(trial);
	if (trial->pieces &&
	    !common_pipe_cut(&trial->memory.to_server, trial->pieces))
		return false;
	trial->session = gnu_session_open(trial->server, &trial->hello,
	    &trial->choice, &trial->memory.io, &trial->witness.host, &err);
	return trial->session;
}

bool
gnu_trial_meet(struct trial *trial)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status = TLS_WANT_READ;
	int code = GNUTLS_E_AGAIN;

	if (!open_session(trial))
		return false;
	for (int round = 0; round < 20 && (status != TLS_OK || code != 0);
	    round++) {
		if (status != TLS_OK)
			status = gnu_handshake(trial->session, &err);
		if (code != 0)
			code = gnutls_handshake(trial->client);
		if (status == TLS_FAILED || gnutls_error_is_fatal(code))
			return false;
	}
	gnu_facts(trial->session, &trial->facts);
	return status == TLS_OK && code == 0;
}

void
gnu_trial_read(struct trial *trial)
{
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t buf[64];
	size_t done;

	for (int round = 0; round < 10; round++) {
		ssize_t n = trial->shaking ? gnutls_handshake(trial->client) :
		    gnutls_record_recv(trial->client, buf, sizeof buf);

		if (n == GNUTLS_E_REAUTH_REQUEST)
			n = gnutls_reauth(trial->client, 0);
		trial->shaking = n == GNUTLS_E_REHANDSHAKE ||
		    (trial->shaking && n == GNUTLS_E_AGAIN);
		if (n > 0)
			trial->num_read[1] += (size_t)n;
		if (gnu_read_plain(trial->session, buf, sizeof buf, &done,
		    &err) == TLS_OK)
			trial->num_read[0] += done;
	}
	gnu_facts(trial->session, &trial->facts);
}

bool
gnu_trial_meet_again(struct trial *trial)
{
	gnutls_datum_t data = { NULL, 0 };
	bool met = false;

	if (gnutls_session_get_data2(trial->client, &data) < 0)
		return false;
	close_ends(trial);
	open_client(trial);
	if (trial->client && gnutls_session_set_data(trial->client, data.data,
	    data.size) >= 0)
		met = gnu_trial_meet(trial);
	gnutls_free(data.data);
	return met;
}

bool
gnu_trial_certify_client(struct trial *trial)
{
	struct tls_probe *probe = trial->probe;
	gnutls_x509_crt_t chain[2] = { gnu_trial_crt(probe, TLS_KEY_P384),
	    gnu_trial_crt(probe, TLS_KEY_P256) };
	gnutls_x509_privkey_t key = gnu_trial_privkey(probe, TLS_KEY_P384);
	bool done = trial->certificate && chain[0] && chain[1] && key &&
	    gnutls_certificate_set_x509_key(trial->certificate, chain, 2,
	    key) >= 0;

	for (int i = 0; i < 2; i++)
		if (chain[i])
			gnutls_x509_crt_deinit(chain[i]);
	if (key)
		gnutls_x509_privkey_deinit(key);
	trial->config.roots = &probe->chains[TLS_KEY_P256];
	trial->config.num_roots = trial->config.num_named_roots = 1;
	return done;
}

/* ---- experiments ------------------------------------------------------- */

static enum tls_feature
feature_of(uint16_t version)
{
	static const enum tls_feature features[] = { TLS_FEATURE_TLS1,
	    TLS_FEATURE_TLS1_1, TLS_FEATURE_TLS1_2, TLS_FEATURE_TLS1_3 };

	return features[version - TLS_VERSION_1_0];
}

static bool
speaks(struct tls_probe *probe, uint16_t version)
{
	return probe->answer(probe, feature_of(version)).support ==
	    TLS_SUPPORT_FULL;
}

void
gnu_trial_run(struct tls_probe *probe)
{
	const struct row *row = probe->row;
	const enum tls_feature feature = row->common.feature;
	const char *failed = row->common.failed;
	uint16_t version = row->version;
	struct trial trial = { .probe = probe };
	bool works;

	if (row->offer && version == ANY)
		version = speaks(probe, TLS_VERSION_1_2) ? TLS_VERSION_1_2 :
		    TLS_VERSION_1_3;
	if (row->offer)
		gnu_trial_init(&trial, probe, version, row->offer);
	works = row->works(&trial, feature);
	gnu_trial_clear(&trial);
	if (!works && row->offer && feature != feature_of(version) &&
	    !speaks(probe, version))
		failed = "the version of TLS that has it is switched off";
	if (row->member)
		common_probe_member(probe, feature, works, failed);
	else if (works)
		common_probe_found(probe, feature, true);
	else
		common_probe_set(probe, feature, TLS_SUPPORT_NONE, failed);
}
