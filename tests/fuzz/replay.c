/* fuzz/replay.c - plays a harness its corpus, cut and changed
 * SPDX-License-Identifier: Apache-2.0
 *
 * For builds without libFuzzer.  The same changes in every run; a failure
 * aborts, and the last line says which file and change it was.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fuzz.h"

#define NUM_CHANGED	4000		/* inputs made of each file */
#define MAX_CUT		2048		/* lengths tried of each file */

/* Numbers that look random (xorshift64). */
static uint32_t
draw(uint64_t *seed, size_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return below ? (uint32_t)((*seed >> 16) % below) : 0;
}

/* Plays a copy that ends where its memory ends. */
static void
play(const uint8_t *data, size_t len)
{
	uint8_t *copy = mem_alloc(len ? len : 1);

	if (len)
		memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

/* Makes one change to `data`, which has room for one byte more. */
static size_t
change(uint8_t *data, size_t len, uint64_t *seed)
{
	static const uint8_t bytes[] = {
		0, 1, 2, 3, 4, 5, 22, 0x20, 0x30, 0x7f, 0x80, 0xff, '\n',
		':', '+', '-', '!', '@',
	};
	size_t at = draw(seed, len), end;

	if (len == 0)
		return 0;
	switch (draw(seed, 6)) {
	case 0:
		data[at] ^= (uint8_t)(1u << draw(seed, 8));
		return len;
	case 1:
		data[at] = bytes[draw(seed, sizeof bytes)];
		return len;
	case 2:
		data[at] = (uint8_t)draw(seed, 256);
		return len;
	case 3:
		memmove(data + at, data + at + 1, len - at - 1);
		return len - 1;
	case 4:
		memmove(data + at + 1, data + at, len - at);
		data[at] = bytes[draw(seed, sizeof bytes)];
		return len + 1;
	default:
		/* One part over another. */
		end = draw(seed, len);
		memmove(data + at, data + end,
		    draw(seed, len - (at > end ? at : end)));
		return len;
	}
}

static void
play_changed(const uint8_t *data, size_t len, uint64_t seed)
{
	for (int i = 0; i < NUM_CHANGED; i++) {
		size_t times = 1 + draw(&seed, 4), now = len;
		uint8_t *copy = mem_alloc(len + times + 1);

		memcpy(copy, data, len);
		while (times-- > 0)
			now = change(copy, now, &seed);
		play(copy, now);
		free(copy);
	}
}

static bool
read_file(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t got;

	if (!file)
		return false;
	do {
		got = fread(buf_reserve(out, 65536), 1, 65536, file);
		out->len += got;
	} while (got > 0);
	fclose(file);
	return true;
}

static bool
play_file(const char *folder, const char *name, uint64_t seed)
{
	struct buf path = BUF_INIT, bytes = BUF_INIT;
	bool good;

	buf_printf(&path, "%s/%s", folder, name);
	good = read_file(buf_string(&path), &bytes) && bytes.len > 0;
	if (good) {
		printf("# %s, %zu bytes\n", name, bytes.len);
		fflush(stdout);
		play(bytes.data, bytes.len);
		for (size_t len = 0; len < bytes.len && len < MAX_CUT; len++)
			play(bytes.data, len);
		play_changed(bytes.data, bytes.len, seed);
	} else {
		printf("# %s: empty, or not to be read\n",
		    buf_string(&path));
	}
	buf_clear(&path);
	buf_clear(&bytes);
	return good;
}

int
main(void)
{
	const char *top = getenv("top_srcdir");
	struct buf folder = BUF_INIT;
	struct dirent *entry;
	uint64_t num = 0, bad = 0;
	DIR *directory;

	buf_printf(&folder, "%s/tests/fuzz/corpus/%s", top ? top : ".",
	    FUZZ_NAME);
	printf("1..1\n");
	directory = opendir(buf_string(&folder));
	if (!directory) {
		printf("Bail out! %s: %s\n", buf_string(&folder),
		    strerror(errno));
		return 1;
	}
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		num++;
		bad += !play_file(buf_string(&folder), entry->d_name,
		    UINT64_C(0x9e3779b97f4a7c15) + num);
	}
	closedir(directory);
	buf_clear(&folder);
	printf("%s 1 - stands_%" PRIu64 "_files_cut_and_changed\n",
	    num > 0 && bad == 0 ? "ok" : "not ok", num);
	return num == 0 || bad > 0;
}
