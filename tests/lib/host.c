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

void
host_init(struct host *host, unsigned wants)
{
	memset(host, 0, sizeof *host);
	quiet_init(&host->quiet, &clock_system, wants);
	host->ops = quiet_host_ops;
	host->ops.state = host_state;
	host->ops.verify = host_verify;
	host->ops.changed = host_changed;
	host->ops.resume = host_resume;
	host->ops.remember = host_remember;
	host->ops.forget = host_forget;
	host->ops.psk = host_psk;
	host->ops.now_ms = host_now_ms;
	host->ops.wake_in = host_wake_in;
	host->quiet.host.ops = &host->ops;
	host->refuse_depth = -1;
}

void
host_clear(struct host *host)
{
	buf_clear(&host->states);
	quiet_clear(&host->quiet);
	buf_clear(&host->psk_asked);
}

void
host_store_clear(struct host_store *store)
{
	for (size_t i = 0; i < HOST_MAX_SAVED; i++)
		buf_clear(&store->saved[i].session);
	memset(store, 0, sizeof *store);
}

bool
host_is_message(const struct quiet_message *message, uint8_t type)
{
	return message->content_type == 22 && message->message.len > 0 &&
	    message->message.data[0] == type;
}
