/* fuzz/recorded.c - files with ClientHellos, and what is read of them decoded
 * SPDX-License-Identifier: Apache-2.0
 *
 * An input that begins with the byte 0xff is a list of packets, each after its
 * link type (a byte) and length (two): so that segments are tried without a
 * file around them.
 */
#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "dissect/dissect.h"
#include "fuzz.h"
#include "recorded/internal.h"
#include "recorded/module.h"

#ifdef WITH_PCAP
extern const struct capture_module polytls_capture;
#endif

/* ---- packets without a file --------------------------------------------- */

static const char *
no_name(int link)
{
	(void)link;
	return NULL;
}

static bool
read_list(FILE *file, struct capture_user *user, char *error, size_t room)
{
	uint8_t head[3], bytes[4096];
	bool more = true;

	(void)room;
	*error = 0;
	while (more && fread(head, 1, sizeof head, file) == sizeof head) {
		size_t len = (size_t)(head[1] << 8 | head[2]) % sizeof bytes;
		struct capture_packet packet = {
			.link = head[0], .bytes = { bytes, 0 },
		};

		packet.bytes.len = fread(bytes, 1, len, file);
		more = user->packet(user, &packet);
	}
	fclose(file);
	return true;
}

static const struct capture_module list_module = {
	.abi = CAPTURE_ABI, .size = sizeof list_module, .read = read_list,
	.link_name = no_name,
};

/* ---- what is read ------------------------------------------------------- */

static void
check_text(struct tls_span text)
{
	for (size_t i = 0; i < text.len; i++)
		CHECK(text.data[i] == '\n' ||
		    (text.data[i] >= ' ' && text.data[i] <= '~'));
}

static void
check_hello(const struct recorded_hello *hello)
{
	struct tls_span bytes = buf_span(&hello->bytes);
	struct differences differences;
	struct partial partial;
	struct buf out = BUF_INIT;
	json_t *value;

	if (!partial_read(&partial, bytes, hello->bare))
		return;
	CHECK(partial.used <= bytes.len);
	CHECK(partial.hello->sslv2 || partial.message.len <=
	    partial.announced);
	dissect_add_text(&out, &partial, 0);
	dissect_add_text(&out, &partial, DISSECT_BYTES);
	dissect_add_line(&out, &partial);
	check_text(buf_span(&out));
	check_text(buf_span(&partial.faults));
	value = dissect_json(&partial);
	CHECK(json_is_object(value));
	json_decref(value);
	dissect_compare(&partial, &partial, DISSECT_RANDOM, &differences);
	CHECK(differences.num == 0);
	differences_clear(&differences);
	buf_clear(&out);
	partial_clear(&partial);
}

static bool
read_capture(struct recorded *out, const struct capture_module *module,
    struct tls_span bytes, struct tls_error *err)
{
	FILE *file = fmemopen((void *)(uintptr_t)bytes.data, bytes.len, "rb");
	bool good;

	CHECK(file != NULL);
	memset(out, 0, sizeof *out);
	good = capture_read_by(module, out, file, 0, err);
	if (!good)
		recorded_clear(out);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span bytes = { data, len };
	struct tls_error err = TLS_ERROR_INIT;
	struct recorded recorded;
	bool good;

	if (len == 0)
		return 0;
	if (data[0] == 0xff && len > 1)
		good = read_capture(&recorded, &list_module,
		    (struct tls_span){ data + 1, len - 1 }, &err);
#ifdef WITH_PCAP
	else if (capture_looks_like(bytes))
		good = read_capture(&recorded, &polytls_capture, bytes, &err);
#endif
	else
		good = recorded_read_bytes(&recorded, bytes, FORMAT_ANY, 0,
		    &err);
	CHECK(good || err.blame != TLS_BLAME_NOBODY);
	if (!good) {
		CHECK(recorded.num == 0);
		return 0;
	}
	check_text(buf_span(&recorded.notes));
	for (size_t i = 0; i < recorded.num; i++)
		check_hello(&recorded.list[i]);
	recorded_clear(&recorded);
	return 0;
}
