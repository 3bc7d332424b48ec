/* common/witness.c - a host that counts what it is told
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/witness.h"

#include <stdlib.h>
#include <string.h>

static struct common_witness *
of_host(struct tls_host *host)
{
	return (struct common_witness *)host;
}

static void
state(struct tls_host *host, const struct tls_state *entered)
{
	(void)entered;
	of_host(host)->states++;
}

static void
message(struct tls_host *host, enum tls_direction direction, uint16_t version,
    uint8_t content_type, struct tls_span body)
{
	(void)direction;
	(void)version;
	(void)content_type;
	(void)body;
	of_host(host)->messages++;
}

static void
secret(struct tls_host *host, const char *label,
    struct tls_span client_random, struct tls_span bytes)
{
	(void)label;
	(void)client_random;
	(void)bytes;
	of_host(host)->secrets++;
}

static void
alert(struct tls_host *host, enum tls_direction direction, uint8_t level,
    uint8_t description)
{
	(void)direction;
	(void)level;
	(void)description;
	of_host(host)->alerts++;
}

static bool
verify(struct tls_host *host, const struct tls_verify_step *step)
{
	of_host(host)->steps++;
	of_host(host)->error = step->error;
	return true;
}

static void
changed(struct tls_host *host)
{
	of_host(host)->changed++;
}

static bool
is_saved(const struct common_witness *witness, struct tls_span id)
{
	return witness->saved && id.len == witness->id_len &&
	    !memcmp(id.data, witness->id, id.len);
}

static struct tls_span
resume(struct tls_host *host, struct tls_span id)
{
	struct common_witness *witness = of_host(host);

	if (!is_saved(witness, id))
		return (struct tls_span){ NULL, 0 };
	witness->resumed++;
	return (struct tls_span){ witness->saved, witness->saved_len };
}

static void
remember(struct tls_host *host, struct tls_span id, struct tls_span session,
    uint32_t seconds)
{
	struct common_witness *witness = of_host(host);
	uint8_t *copy = malloc(session.len ? session.len : 1);

	(void)seconds;
	if (!copy || id.len > sizeof witness->id) {
		free(copy);
		return;
	}
	memcpy(copy, session.data, session.len);
	memcpy(witness->id, id.data, id.len);
	free(witness->saved);
	witness->saved = copy;
	witness->saved_len = session.len;
	witness->id_len = id.len;
	witness->remembered++;
}

static void
forget(struct tls_host *host, struct tls_span id)
{
	struct common_witness *witness = of_host(host);

	if (!is_saved(witness, id))
		return;
	free(witness->saved);
	witness->saved = NULL;
}

static struct tls_span
psk(struct tls_host *host, struct tls_span identity)
{
	struct common_witness *witness = of_host(host);

	witness->asked_psk++;
	if (!identity.len || identity.len != witness->psk_identity.len ||
	    memcmp(identity.data, witness->psk_identity.data, identity.len))
		return (struct tls_span){ NULL, 0 };
	return witness->psk;
}

static int64_t
now_ms(struct tls_host *host)
{
	return of_host(host)->time_ms;
}

static void
wake_in(struct tls_host *host, uint32_t ms)
{
	of_host(host)->wake_ms = ms;
}

static const struct tls_choice *
inner_hello(struct tls_host *host, struct tls_span inner)
{
	(void)host;
	(void)inner;
	return NULL;
}

void
common_witness_init(struct common_witness *witness, unsigned wants)
{
	static const struct tls_host_ops ops = {
		.state = state,
		.message = message,
		.secret = secret,
		.alert = alert,
		.verify = verify,
		.changed = changed,
		.resume = resume,
		.remember = remember,
		.forget = forget,
		.psk = psk,
		.now_ms = now_ms,
		.wake_in = wake_in,
		.inner_hello = inner_hello,
	};

	*witness = (struct common_witness){ .host = { &ops, wants } };
}

void
common_witness_clear(struct common_witness *witness)
{
	free(witness->saved);
	witness->saved = NULL;
}
