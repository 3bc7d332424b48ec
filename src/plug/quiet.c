/* plug/quiet.c - a tls_host for a session without a connection
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plug/quiet.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static struct quiet_host *
of(struct tls_host *host)
{
	return (struct quiet_host *)host;
}

static void
quiet_state(struct tls_host *host, const struct tls_state *state)
{
	(void)host;
	(void)state;
}

static void
quiet_message(struct tls_host *host, enum tls_direction direction,
    uint16_t version, uint8_t content_type, struct tls_span message)
{
	struct quiet_host *quiet = of(host);

	if (quiet->num_messages == QUIET_MAX_MESSAGES ||
	    message.len > QUIET_MAX_LEN - quiet->held) {
		quiet->num_left_out++;
		return;
	}
	quiet->held += message.len;
	message.data = mem_copy(message.data, message.len);
	quiet->messages[quiet->num_messages++] = (struct quiet_message){
		direction, version, content_type, message };
}

static void
quiet_secret(struct tls_host *host, const char *label,
    struct tls_span client_random, struct tls_span secret)
{
	struct quiet_host *quiet = of(host);
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s ", label);
	text_add_hex(&line, client_random);
	buf_add_u8(&line, ' ');
	text_add_hex(&line, secret);
	buf_add_u8(&line, '\n');
	if (line.len > QUIET_MAX_LEN - quiet->secrets.len) {
		quiet->num_left_out++;
	} else {
		quiet->num_secrets++;
		buf_add_span(&quiet->secrets, buf_span(&line));
	}
	buf_wipe(&line);
}

static void
quiet_alert(struct tls_host *host, enum tls_direction direction,
    uint8_t level, uint8_t description)
{
	struct quiet_host *quiet = of(host);

	if (quiet->num_alerts == QUIET_MAX_ALERTS)
		quiet->num_left_out++;
	else
		quiet->alerts[quiet->num_alerts++] = (struct quiet_alert){
			direction, level, description };
}

static bool
quiet_verify(struct tls_host *host, const struct tls_verify_step *step)
{
	(void)host;
	return step->error == 0;
}

static void
quiet_changed(struct tls_host *host)
{
	(void)host;
}

static struct tls_span
quiet_resume(struct tls_host *host, struct tls_span id)
{
	(void)host;
	(void)id;
	return (struct tls_span){ NULL, 0 };
}

static void
quiet_remember(struct tls_host *host, struct tls_span id,
    struct tls_span session, uint32_t seconds)
{
	(void)host;
	(void)id;
	(void)session;
	(void)seconds;
}

static void
quiet_forget(struct tls_host *host, struct tls_span id)
{
	(void)host;
	(void)id;
}

static struct tls_span
quiet_psk(struct tls_host *host, struct tls_span identity)
{
	(void)host;
	(void)identity;
	return (struct tls_span){ NULL, 0 };
}

static int64_t
quiet_now_ms(struct tls_host *host)
{
	const struct clock *clock = of(host)->clock;

	return clock->wall_us(clock) / 1000;
}

static void
quiet_wake_in(struct tls_host *host, uint32_t ms)
{
	(void)host;
	(void)ms;
}

static const struct tls_choice *
quiet_inner_hello(struct tls_host *host, struct tls_span message)
{
	(void)host;
	(void)message;
	return NULL;
}

const struct tls_host_ops quiet_host_ops = {
	.state = quiet_state,
	.message = quiet_message,
	.secret = quiet_secret,
	.alert = quiet_alert,
	.verify = quiet_verify,
	.changed = quiet_changed,
	.resume = quiet_resume,
	.remember = quiet_remember,
	.forget = quiet_forget,
	.psk = quiet_psk,
	.now_ms = quiet_now_ms,
	.wake_in = quiet_wake_in,
	.inner_hello = quiet_inner_hello,
};

void
quiet_init(struct quiet_host *quiet, const struct clock *clock, unsigned wants)
{
	memset(quiet, 0, sizeof *quiet);
	quiet->host.ops = &quiet_host_ops;
	quiet->host.wants = wants;
	quiet->clock = clock;
}

void
quiet_clear(struct quiet_host *quiet)
{
	for (size_t i = 0; i < quiet->num_messages; i++)
		free((uint8_t *)quiet->messages[i].message.data);
	buf_wipe(&quiet->secrets);
	quiet->num_messages = quiet->num_secrets = quiet->num_alerts = 0;
	quiet->held = quiet->num_left_out = 0;
}
