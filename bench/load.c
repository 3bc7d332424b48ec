/* load.c - clients that make work for a server
 * SPDX-License-Identifier: Apache-2.0
 *
 *	load PORT MINOR full|resume COUNT	by CLIENTS at once
 *	load PORT MINOR download PATH	prints the bytes of the body
 *	load PORT MINOR idle COUNT	prints "ready", waits for the end of
 *					standard input
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Clients at once, so that a server is busy rather than woken up. */
#define CLIENTS	4

struct load {
	SSL_CTX *ctx;
	SSL_SESSION *session;
	int port;
	int resume;
	long resumed;
};

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct load *load = SSL_get_app_data(ssl);

	if (load->session)
		SSL_SESSION_free(load->session);
	load->session = session;
	return 1;
}

static SSL *
connect_to(struct load *load)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)load->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	SSL *ssl = SSL_new(load->ctx);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address,
	    sizeof address)) {
		perror("load: connect");
		exit(1);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	SSL_set_app_data(ssl, load);
	SSL_set_fd(ssl, fd);
	SSL_set_tlsext_host_name(ssl, "localhost");
	if (load->resume && load->session)
		SSL_set_session(ssl, load->session);
	if (SSL_connect(ssl) != 1) {
		fputs("load: no handshake\n", stderr);
		exit(1);
	}
	return ssl;
}

static void
finish(SSL *ssl)
{
	char data[4096];

	SSL_shutdown(ssl);
	while (SSL_read(ssl, data, sizeof data) > 0)
		;
	close(SSL_get_fd(ssl));
	SSL_free(ssl);
}

static int
handshakes(struct load *load, long count)
{
	SSL *ssl;

	if (load->resume) {
		finish(connect_to(load));
		if (!load->session) {
			fputs("load: no session to resume\n", stderr);
			return 1;
		}
	}
	for (long i = 0; i < count; i++) {
		ssl = connect_to(load);
		load->resumed += SSL_session_reused(ssl);
		finish(ssl);
	}
	if (load->resumed != (load->resume ? count : 0)) {
		fprintf(stderr, "load: %ld of %ld resumed\n", load->resumed,
		    count);
		return 1;
	}
	return 0;
}

static int
handshakes_at_once(struct load *load, long count)
{
	int status, failed = 0;

	for (int i = 0; i < CLIENTS; i++)
		if (fork() == 0)
			_exit(handshakes(load, count / CLIENTS));
	while (wait(&status) > 0)
		failed |= status != 0;
	return failed;
}

static int
download(struct load *load, const char *path)
{
	static char data[65536];
	SSL *ssl = connect_to(load);
	char request[512];
	long total = 0;
	int len = snprintf(request, sizeof request,
	    "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);

	SSL_write(ssl, request, len);
	while ((len = SSL_read(ssl, data, sizeof data)) > 0)
		total += len;
	printf("%ld\n", total);
	finish(ssl);
	return 0;
}

static int
idle(struct load *load, long count)
{
	char byte;

	for (long i = 0; i < count; i++)
		connect_to(load);
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}

int
main(int argc, char **argv)
{
	struct load load = { 0 };
	struct rlimit files;
	int minor;

	if (argc != 5) {
		fputs("usage: load PORT MINOR MODE ARGUMENT\n", stderr);
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	load.port = atoi(argv[1]);
	minor = atoi(argv[2]);
	load.ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_min_proto_version(load.ctx, 0x0301 + minor);
	SSL_CTX_set_max_proto_version(load.ctx, 0x0301 + minor);
	SSL_CTX_set_mode(load.ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(load.ctx, SSL_SESS_CACHE_CLIENT |
	    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(load.ctx, keep_session);
	load.resume = !strcmp(argv[3], "resume");
	if (!strcmp(argv[3], "download"))
		return download(&load, argv[4]);
	if (!strcmp(argv[3], "idle"))
		return idle(&load, atol(argv[4]));
	return handshakes_at_once(&load, atol(argv[4]));
}
