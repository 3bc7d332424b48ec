/* server_gnutls.c - what gnutls-serv does with a certificate and nothing else
 * SPDX-License-Identifier: Apache-2.0
 *
 * That program listens on all addresses.  This one is the same in what a first
 * flight shows; `gnutls-serv --disable-client-cert` can stand in its place.
 */
#include "serve.h"

#include <gnutls/gnutls.h>
#include <string.h>

static gnutls_certificate_credentials_t credentials;
static gnutls_datum_t ticket_key;
static gnutls_datum_t protocols[16];
static unsigned num_protocols;

void
native_setup(const char *cert, const char *key, char **names)
{
	native_insist(!gnutls_certificate_allocate_credentials(&credentials) &&
	    gnutls_certificate_set_x509_key_file(credentials, cert, key,
	    GNUTLS_X509_FMT_PEM) >= 0 &&
	    !gnutls_certificate_set_known_dh_params(credentials,
	    GNUTLS_SEC_PARAM_MEDIUM) &&
	    !gnutls_session_ticket_key_generate(&ticket_key), "GnuTLS");
	for (; *names && num_protocols < 16; names++)
		protocols[num_protocols++] = (gnutls_datum_t){
			(unsigned char *)*names, (unsigned)strlen(*names)
		};
}

void
native_serve(int fd)
{
	gnutls_session_t tls;
	char data[1024];
	int code;

	gnutls_init(&tls, GNUTLS_SERVER);
	gnutls_set_default_priority(tls);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_certificate_server_set_request(tls, GNUTLS_CERT_IGNORE);
	gnutls_session_ticket_enable_server(tls, &ticket_key);
	if (num_protocols)
		gnutls_alpn_set_protocols(tls, protocols, num_protocols, 0);
	gnutls_transport_set_int(tls, fd);
	do
		code = gnutls_handshake(tls);
	while (code < 0 && !gnutls_error_is_fatal(code));
	if (code < 0)
		gnutls_alert_send_appropriate(tls, code);
	else
		while (gnutls_record_recv(tls, data, sizeof data) > 0)
			;
	gnutls_deinit(tls);
}
