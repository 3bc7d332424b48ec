/* hello.c - the CPU time of decoding and printing a ClientHello
 * SPDX-License-Identifier: Apache-2.0
 *
 *	bench/hello FILE...
 *
 * Prints for each file, a hello in records, the microseconds of CPU time that
 * it takes to read it, to decode it and to print it: as text with its
 * fingerprints, and as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dissect/dissect.h"
#include "report/json.h"

#define ROUNDS	20000

static double
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static size_t
print_text(struct tls_span bytes, FILE *sink)
{
	struct partial partial;
	struct buf out = BUF_INIT;
	size_t len;

	if (!partial_read(&partial, bytes, false))
		return 0;
	dissect_add_text(&out, &partial, 0);
	fwrite(out.data, 1, out.len, sink);
	len = out.len;
	buf_clear(&out);
	partial_clear(&partial);
	return len;
}

static size_t
print_json(struct tls_span bytes, FILE *sink)
{
	struct partial partial;
	struct buf out = BUF_INIT;
	json_t *value;
	size_t len;

	if (!partial_read(&partial, bytes, false))
		return 0;
	value = dissect_json(&partial);
	json_add(&out, value, 0);
	json_decref(value);
	fwrite(out.data, 1, out.len, sink);
	len = out.len;
	buf_clear(&out);
	partial_clear(&partial);
	return len;
}

static void
measure(const char *what, size_t (*print)(struct tls_span bytes, FILE *sink),
    struct tls_span bytes, FILE *sink)
{
	double begin = cpu_us();
	size_t len = 0;

	for (int i = 0; i < ROUNDS; i++)
		len = print(bytes, sink);
	printf("  %-5s %6.2f us for %zu bytes\n", what,
	    (cpu_us() - begin) / ROUNDS, len);
}

int
main(int argc, char **argv)
{
	FILE *sink = fopen("/dev/null", "w");

	for (int i = 1; i < argc && sink; i++) {
		static uint8_t room[65536];
		FILE *file = fopen(argv[i], "rb");
		struct tls_span bytes = { room, 0 };

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		bytes.len = fread(room, 1, sizeof room, file);
		fclose(file);
		printf("%s, %zu bytes\n", argv[i], bytes.len);
		measure("text", print_text, bytes, sink);
		measure("json", print_json, bytes, sink);
	}
	return 0;
}
