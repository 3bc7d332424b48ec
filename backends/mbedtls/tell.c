/* tell.c - states, messages and alerts, told to the host
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

void
mbed_tell_state(struct tls_session *session, enum tls_direction direction,
    uint8_t content_type, uint8_t message)
{
	struct tls_host *host = session->host;
	const struct tls_state state = {
		TLS_STATE_MESSAGE, direction, content_type, message,
	};

	if (host->wants & TLS_WANTS_STATES)
		host->ops->state(host, &state);
}

void
mbed_tell_message(struct tls_session *session, enum tls_direction direction,
    uint8_t content_type, struct tls_span message)
{
	struct tls_host *host = session->host;

	if (host->wants & TLS_WANTS_MESSAGES)
		host->ops->message(host, direction,
		    compat_version(&session->ssl), content_type, message);
}

void
mbed_tell_alert(struct tls_session *session, enum tls_direction direction,
    uint8_t level, uint8_t description)
{
	struct tls_host *host = session->host;
	uint8_t body[] = { level, description };

	if (level == COMMON_ALERT_FATAL || description == 0) {
		if (direction == TLS_SENT)
			session->alert_sent = description;
		else
			session->alert_received = description;
	}
	mbed_tell_message(session, direction, COMMON_ALERT,
	    (struct tls_span){ body, sizeof body });
	if (host->wants & TLS_WANTS_ALERTS)
		host->ops->alert(host, direction, level, description);
}
