/* host.c - a host that remembers all it was told
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "names/names.h"

static void
host_state(struct tls_host *base, const struct tls_state *state)
{
	struct host *host = (struct host *)base;

	host->num_states++;
	buf_printf(&host->states, "%s\n", text_of_state(state));
}

static void
host_message(struct tls_host *base, enum tls_direction direction,
    uint16_t version, uint8_t content_type, struct tls_span message)
{
	struct host *host = (struct host *)base;
	struct host_message *m;

	if (host->num_messages == HOST_MAX_MESSAGES)
		return;
	m = &host->messages[host->num_messages++];
	*m = (struct host_message){
		.direction = direction, .version = version,
		.content_type = content_type, .len = message.len,
		.first = message.len ? message.data[0] : 0,
	};
	m->framed = message.len >= 4 && message.len - 4 ==
	    ((size_t)message.data[1] << 16 | (size_t)message.data[2] << 8 |
	    message.data[3]);
}

static void
host_secret(struct tls_host *base, const char *label,
    struct tls_span client_random, struct tls_span secret)
{
	struct host *host = (struct host *)base;

	host->num_secrets++;
	buf_printf(&host->secrets, "%s ", label);
	text_add_hex(&host->secrets, client_random);
	buf_add_u8(&host->secrets, ' ');
	text_add_hex(&host->secrets, secret);
	buf_add_u8(&host->secrets, '\n');
}

static void
host_alert(struct tls_host *base, enum tls_direction direction, uint8_t level,
    uint8_t description)
{
	struct host *host = (struct host *)base;

	if (host->num_alerts < sizeof host->alerts / sizeof *host->alerts)
		host->alerts[host->num_alerts++] = (struct host_alert){
		    direction, level, description };
}

static bool
host_verify(struct tls_host *base, const struct tls_verify_step *step)
{
	struct host *host = (struct host *)base;
	struct host_step *kept;

	if (host->num_steps < HOST_MAX_STEPS) {
		kept = &host->steps[host->num_steps++];
		kept->depth = step->depth;
		kept->error = step->error;
		kept->had_text = step->text != NULL;
		kept->had_der = step->der.len > 0;
		if (step->der.len > 0 && step->der.len <= sizeof kept->der) {
			memcpy(kept->der, step->der.data, step->der.len);
			kept->der_len = step->der.len;
		}
	}
	if (host->refuse_errors && step->error != 0)
		return false;
	return step->depth != host->refuse_depth;
}

static void
host_changed(struct tls_host *base)
{
	struct host *host = (struct host *)base;

	host->changed++;
}

static size_t
store_find(const struct host_store *store, struct tls_span id)
{
	size_t i;

	for (i = 0; i < store->num; i++)
		if (store->saved[i].id_len == id.len &&
		    !memcmp(store->saved[i].id, id.data, id.len))
			break;
	return i;
}

static struct tls_span
host_resume(struct tls_host *base, struct tls_span id)
{
	struct host *host = (struct host *)base;
	size_t i;

	if (!host->store)
		return (struct tls_span){ NULL, 0 };
	host->store->asked++;
	i = store_find(host->store, id);
	if (i == host->store->num)
		return (struct tls_span){ NULL, 0 };
	host->store->found++;
	return buf_span(&host->store->saved[i].session);
}

static void
host_remember(struct tls_host *base, struct tls_span id,
    struct tls_span session, uint32_t seconds)
{
	struct host *host = (struct host *)base;
	struct host_store *store = host->store;
	size_t i;

	if (!store || id.len == 0 || id.len > 32)
		return;
	store->remembered++;
	i = store_find(store, id);
	if (i == HOST_MAX_SAVED)
		return;
	if (i == store->num)
		store->num++;
	memcpy(store->saved[i].id, id.data, id.len);
	store->saved[i].id_len = id.len;
	store->saved[i].seconds = seconds;
	buf_clear(&store->saved[i].session);
	buf_add_span(&store->saved[i].session, session);
}

static void
host_forget(struct tls_host *base, struct tls_span id)
{
	struct host *host = (struct host *)base;
	size_t i;

	if (!host->store)
		return;
	host->store->forgotten++;
	i = store_find(host->store, id);
	if (i < host->store->num)
		host->store->saved[i].id_len = 0;
}

static struct tls_span
host_psk(struct tls_host *base, struct tls_span identity)
{
	struct host *host = (struct host *)base;

	host->num_psk_asked++;
	host->psk_asked.len = 0;
	buf_add_span(&host->psk_asked, identity);
	if (host->psk_identity && span_equal(identity,
	    span_of(host->psk_identity)))
		return host->psk_key;
	return (struct tls_span){ NULL, 0 };
}

static int64_t
host_now_ms(struct tls_host *base)
{
	const struct host *host = (const struct host *)base;

	return (host->now ? host->now : (int64_t)time(NULL)) * 1000;
}

static void
host_wake_in(struct tls_host *base, uint32_t ms)
{
	struct host *host = (struct host *)base;

	host->wake_ms = ms;
}

static const struct tls_choice *
host_inner_hello(struct tls_host *base, struct tls_span message)
{
	(void)base;
	(void)message;
	return NULL;
}

void
host_init(struct host *host, unsigned wants)
{
	static const struct tls_host_ops ops = {
		.state = host_state,
		.message = host_message,
		.secret = host_secret,
		.alert = host_alert,
		.verify = host_verify,
		.changed = host_changed,
		.resume = host_resume,
		.remember = host_remember,
		.forget = host_forget,
		.psk = host_psk,
		.now_ms = host_now_ms,
		.wake_in = host_wake_in,
		.inner_hello = host_inner_hello,
	};

	memset(host, 0, sizeof *host);
	host->host.ops = &ops;
	host->host.wants = wants;
	host->refuse_depth = -1;
}

void
host_clear(struct host *host)
{
	buf_clear(&host->states);
	buf_clear(&host->secrets);
	buf_clear(&host->psk_asked);
}

void
host_store_clear(struct host_store *store)
{
	for (size_t i = 0; i < HOST_MAX_SAVED; i++)
		buf_clear(&store->saved[i].session);
	memset(store, 0, sizeof *store);
}
