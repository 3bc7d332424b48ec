/* recorded/capture.c - captures, read with libpcap by a module of its own
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <string.h>

#include "base/err.h"
#include "plug/plug.h"
#include "recorded/frame.h"
#include "recorded/internal.h"
#include "recorded/module.h"
#include "recorded/stream.h"

static bool
begins(struct tls_span bytes, const char *start, size_t len)
{
	return bytes.len >= len && memcmp(bytes.data, start, len) == 0;
}

bool
capture_looks_like(struct tls_span bytes)
{
	static const char starts[][4] = {
		{ '\xa1', '\xb2', '\xc3', '\xd4' },
		{ '\xd4', '\xc3', '\xb2', '\xa1' },
		{ '\xa1', '\xb2', '\x3c', '\x4d' },	/* nanoseconds */
		{ '\x4d', '\x3c', '\xb2', '\xa1' },
		{ '\xa1', '\xb2', '\xcd', '\x34' },	/* Kuznetzov's */
		{ '\x34', '\xcd', '\xb2', '\xa1' },
		{ '\x0a', '\x0d', '\x0d', '\x0a' },	/* pcapng */
	};

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (begins(bytes, starts[i], 4))
			return true;
	return false;
}

const char *
compressed_by(struct tls_span bytes)
{
	static const struct {
		const char *program, *start;
		size_t len;
	} rows[] = {
		{ "gzip", "\x1f\x8b", 2 },
		{ "zstd", "\x28\xb5\x2f\xfd", 4 },
		{ "lz4", "\x04\x22\x4d\x18", 4 },
		{ "xz", "\xfd" "7zXZ", 5 },
		{ "bzip2", "BZh", 3 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (begins(bytes, rows[i].start, rows[i].len))
			return rows[i].program;
	return NULL;
}

/* ---- the module --------------------------------------------------------- */

/* Finds the module; null, with blame FEATURE, if there is none. */
static const struct capture_module *
find_module(struct tls_error *err)
{
	const struct capture_module *module = NULL;
	struct buf path = BUF_INIT;
	void *handle = NULL;

	if (!plug_find(CAPTURE_FILE, &path)) {
		buf_clear(&path);
		err_set(err, TLS_BLAME_FEATURE, "this is a capture, and the "
		    "module that reads them, " CAPTURE_FILE ", is not "
		    "installed (this build may be one --without-pcap): "
		    "extract the ClientHello with tshark, or give hex");
		return NULL;
	}
	handle = dlopen(buf_string(&path), RTLD_NOW | RTLD_LOCAL);
	if (handle)
		module = dlsym(handle, CAPTURE_SYMBOL);
	if (!handle) {
		err_set(err, TLS_BLAME_FEATURE, "captures cannot be read: %s",
		    dlerror());
	} else if (!module || module->abi != CAPTURE_ABI ||
	    module->size != sizeof *module) {
		err_set(err, TLS_BLAME_FEATURE, "captures cannot be read: %s "
		    "belongs to another version of polytls",
		    buf_string(&path));
		module = NULL;
	}
	buf_clear(&path);
	return module;
}

/* ---- packets ------------------------------------------------------------ */

struct reading {
	struct capture_user user;	/* first: libpcap's module gives it */
	struct streams *streams;
	size_t num;			/* packets */
	size_t counts[FRAME_KINDS];
	int link;			/* a type that is not read */
};

static bool
take(struct capture_user *user, const struct capture_packet *packet)
{
	struct reading *reading = (struct reading *)user;
	const struct moment moment = { ++reading->num, packet->wall_us };
	struct segment segment;
	enum frame frame = frame_read(packet->link, packet->bytes, &segment);

	reading->counts[frame]++;
	if (frame == FRAME_LINK)
		reading->link = packet->link;
	return frame != FRAME_TCP ||
	    streams_take(reading->streams, &segment, moment);
}

/* Says what was passed over. */
static void
add_notes(struct buf *notes, const struct reading *reading,
    const struct capture_module *module)
{
	static const char *const words[FRAME_KINDS] = {
		[FRAME_QUIC] = "are first ones of QUIC, whose ClientHellos "
		    "are not read",
		[FRAME_FRAGMENT] = "are fragments of IP packets, which are "
		    "not put together",
		[FRAME_CUT] = "were not captured far enough to be read",
	};
	const char *link;

	for (int i = 0; i < FRAME_KINDS; i++)
		if (words[i] && reading->counts[i])
			buf_printf(notes, "%zu of %zu packets %s\n",
			    reading->counts[i], reading->num, words[i]);
	if (reading->counts[FRAME_LINK] == 0)
		return;
	link = module->link_name(reading->link);
	buf_printf(notes, "%zu of %zu packets are of the link type %d (%s), "
	    "which is not read\n", reading->counts[FRAME_LINK], reading->num,
	    reading->link, link ? link : "unknown");
}

bool
capture_read_by(const struct capture_module *module, struct recorded *out,
    FILE *file, size_t wanted, struct tls_error *err)
{
	struct reading reading = { .user = { take } };
	char error[256];
	bool good;

	reading.streams = streams_new(out, wanted);
	good = module->read(file, &reading.user, error, sizeof error);
	streams_end(reading.streams);
	out->format = FORMAT_CAPTURE;
	if (!good && reading.num == 0)
		return err_set(err, TLS_BLAME_CONFIG, "this capture cannot be "
		    "read: %s", error);
	add_notes(&out->notes, &reading, module);
	if (!good)
		buf_printf(&out->notes, "the capture is damaged after packet "
		    "%zu: %s\n", reading.num, error);
	return true;
}

bool
capture_read(struct recorded *out, FILE *file, size_t wanted,
    struct tls_error *err)
{
	const struct capture_module *module = find_module(err);

	if (!module) {
		fclose(file);
		return false;
	}
	return capture_read_by(module, out, file, wanted, err);
}
