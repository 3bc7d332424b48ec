/* floor_gnutls.c - the floor of GnuTLS
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>

#include "floor.h"

struct floor_server {
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	gnutls_datum_t ticket_key;
};

struct floor_session {
	gnutls_session_t tls;
	struct pipe *in, *out;
	int open;
};

static ssize_t
pull(gnutls_transport_ptr_t arg, void *data, size_t len)
{
	struct floor_session *session = arg;
	size_t done = pipe_take(session->in, data, len);

	if (done)
		return (ssize_t)done;
	gnutls_transport_set_errno(session->tls, EAGAIN);
	return -1;
}

static ssize_t
push(gnutls_transport_ptr_t arg, const void *data, size_t len)
{
	struct floor_session *session = arg;

	pipe_put(session->out, data, len);
	return (ssize_t)len;
}

static int
pull_timeout(gnutls_transport_ptr_t arg, unsigned ms)
{
	struct floor_session *session = arg;

	(void)ms;
	return session->in->begin < session->in->end;
}

struct floor_server *
floor_server(const char *cert, const char *key, int minor)
{
	struct floor_server *server = calloc(1, sizeof *server);
	char priority[64];

	snprintf(priority, sizeof priority,
	    "NORMAL:-VERS-ALL:+VERS-TLS1.%d", minor);
	if (!server ||
	    gnutls_certificate_allocate_credentials(&server->credentials) ||
	    gnutls_certificate_set_x509_key_file(server->credentials, cert,
		key, GNUTLS_X509_FMT_PEM) < 0 ||
	    gnutls_priority_init(&server->priority, priority, NULL) ||
	    gnutls_session_ticket_key_generate(&server->ticket_key)) {
		fputs("floor: cannot set up GnuTLS\n", stderr);
		exit(2);
	}
	return server;
}

struct floor_session *
floor_open(struct floor_server *server, struct pipe *in, struct pipe *out)
{
	struct floor_session *session = calloc(1, sizeof *session);

	session->in = in;
	session->out = out;
	gnutls_init(&session->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK |
	    GNUTLS_NO_SIGNAL);
	gnutls_priority_set(session->tls, server->priority);
	gnutls_credentials_set(session->tls, GNUTLS_CRD_CERTIFICATE,
	    server->credentials);
	gnutls_session_ticket_enable_server(session->tls,
	    &server->ticket_key);
	gnutls_transport_set_ptr(session->tls, session);
	gnutls_transport_set_pull_function(session->tls, pull);
	gnutls_transport_set_push_function(session->tls, push);
	gnutls_transport_set_pull_timeout_function(session->tls,
	    pull_timeout);
	return session;
}

enum floor_result
floor_step(struct floor_session *session)
{
	char byte[16];
	ssize_t done;

	if (!session->open) {
		if (gnutls_handshake(session->tls) != 0)
			return FLOOR_AGAIN;
		session->open = 1;
		return FLOOR_OPEN;
	}
	while ((done = gnutls_record_recv(session->tls, byte,
	    sizeof byte)) > 0)
		;
	if (done < 0)
		return FLOOR_AGAIN;
	gnutls_bye(session->tls, GNUTLS_SHUT_WR);
	return FLOOR_CLOSED;
}

void
floor_write(struct floor_session *session, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t done = gnutls_record_send(session->tls, at, len);

		if (done <= 0)
			exit(2);
		at += done;
		len -= (size_t)done;
	}
}

void
floor_close(struct floor_session *session)
{
	gnutls_deinit(session->tls);
	free(session);
}
