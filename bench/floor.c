/* floor.c - CPU time of a library as a bare server over memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	floor-NAME CERT KEY MINOR full|resume|download COUNT
 *
 * The client is OpenSSL in the same thread; only what the server does is
 * counted.  Prints nanoseconds of CPU time per connection, or per GB.
 */
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "floor.h"

struct bench {
	struct floor_server *server;
	SSL_CTX *ctx;
	SSL_SESSION *session;
	int resume;
	uint64_t ns;			/* of the server */
	long resumed;
};

static uint64_t
cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
move(BIO *from, struct pipe *to)
{
	char data[16384];
	int len;

	while ((len = BIO_read(from, data, sizeof data)) > 0)
		pipe_put(to, data, (size_t)len);
}

static void
move_back(struct pipe *from, BIO *to)
{
	char data[16384];
	size_t len;

	while ((len = pipe_take(from, data, sizeof data)) > 0)
		BIO_write(to, data, (int)len);
}

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct bench *bench = SSL_get_app_data(ssl);

	if (bench->session)
		SSL_SESSION_free(bench->session);
	bench->session = session;
	return 1;
}

static SSL *
new_client(struct bench *bench)
{
	SSL *ssl = SSL_new(bench->ctx);

	SSL_set_app_data(ssl, bench);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_connect_state(ssl);
	if (bench->resume && bench->session)
		SSL_set_session(ssl, bench->session);
	return ssl;
}

/* One connection; with `bytes`, so many are sent to the client. */
static void
connect_once(struct bench *bench, size_t bytes)
{
	static const char chunk[16384];
	struct pipe in = { 0 }, out = { 0 };
	SSL *ssl = new_client(bench);
	enum floor_result result = FLOOR_AGAIN;
	uint64_t start = cpu_ns(), payload = 0;
	struct floor_session *session =
	    floor_open(bench->server, &in, &out);
	char data[16384];
	int said = 0;

	bench->ns += cpu_ns() - start;
	SSL_do_handshake(ssl);
	for (int i = 0; result != FLOOR_CLOSED; i++) {
		move(SSL_get_wbio(ssl), &in);
		start = cpu_ns();
		result = floor_step(session);
		bench->ns += cpu_ns() - start;
		if (result == FLOOR_OPEN && bytes) {
			start = cpu_ns();
			for (; payload < bytes; payload += sizeof chunk) {
				floor_write(session, chunk, sizeof chunk);
				out.begin = out.end = 0;
			}
			bench->ns = cpu_ns() - start;
			break;
		}
		move_back(&out, SSL_get_rbio(ssl));
		if (SSL_do_handshake(ssl) == 1) {
			while (SSL_read(ssl, data, sizeof data) > 0)
				;
			if (!said++)
				bench->resumed += SSL_session_reused(ssl);
			SSL_shutdown(ssl);
		}
		if (i > 50) {
			fputs("floor: no handshake\n", stderr);
			exit(2);
		}
	}
	start = cpu_ns();
	floor_close(session);
	if (!bytes)
		bench->ns += cpu_ns() - start;
	SSL_free(ssl);
	free(in.data);
	free(out.data);
}

int
main(int argc, char **argv)
{
	struct bench bench = { 0 };
	int minor;
	long count;

	if (argc != 6) {
		fputs("usage: floor CERT KEY MINOR MODE COUNT\n",
		    stderr);
		return 2;
	}
	minor = atoi(argv[3]);
	count = atol(argv[5]);
	bench.server = floor_server(argv[1], argv[2], minor);
	bench.ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_min_proto_version(bench.ctx, 0x0301 + minor);
	SSL_CTX_set_max_proto_version(bench.ctx, 0x0301 + minor);
	SSL_CTX_set_session_cache_mode(bench.ctx, SSL_SESS_CACHE_CLIENT |
	    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(bench.ctx, keep_session);
	bench.resume = !strcmp(argv[4], "resume");
	if (!strcmp(argv[4], "download")) {
		connect_once(&bench, (size_t)count * 1000000);
		printf("%.0f\n", (double)bench.ns * 1000 / (double)count);
		return 0;
	}
	for (int i = 0; i < 20; i++)
		connect_once(&bench, 0);
	bench.ns = 0;
	bench.resumed = 0;
	for (long i = 0; i < count; i++)
		connect_once(&bench, 0);
	if (bench.resumed != (bench.resume ? count : 0)) {
		fprintf(stderr, "floor: %ld of %ld resumed\n", bench.resumed,
		    count);
		return 2;
	}
	printf("%.0f\n", (double)bench.ns / (double)count);
	return 0;
}
