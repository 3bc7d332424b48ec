/* beneath.c - files below a directory, and how not to get out of it
 * SPDX-License-Identifier: Apache-2.0
 *
 * The one test with files of its own: what it asks is what the kernel does
 * with links and names.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/beneath.h"

typedef int (*open_fn)(int root, const char *path);

static const open_fn ways[] = { beneath_open, beneath_open_by_steps };
#define NUM_WAYS	(sizeof ways / sizeof *ways)

static char top[] = "/tmp/beneath.XXXXXX";
static int root = -1;

/* The files that are made, below the directory above the root. */
static const char *const files[] = { "secret", "root/a.txt", "root/d/b.txt",
	"root/..c", "root/d/e..f" };
static const char *const folders[] = { "root", "root/d", "root/locked" };
static const struct {
	const char *name, *to;
} links[] = {
	{ "root/out", "../secret" },
	{ "root/abroad", "/etc/passwd" },
	{ "root/d/up", "../../secret" },
	{ "root/updir", ".." },
	{ "root/loop", "loop" },
};

static void
make_all(int dir)
{
	int fd;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		assert_return_code(mkdirat(dir, folders[i], 0755), errno);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		fd = openat(dir, files[i], O_CREAT | O_WRONLY, 0644);
		assert_return_code(fd, errno);
		assert_int_equal(write(fd, files[i], strlen(files[i])),
		    strlen(files[i]));
		close(fd);
	}
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		assert_return_code(symlinkat(links[i].to, dir,
		    links[i].name), errno);
	assert_return_code(symlinkat("a.txt", dir, "root/inside"), errno);
	assert_return_code(mkfifoat(dir, "root/fifo", 0644), errno);
}

static int
set_up(void **state)
{
	int dir;

	(void)state;
	if (!mkdtemp(top))
		return -1;
	dir = open(top, O_RDONLY | O_DIRECTORY);
	make_all(dir);
	root = openat(dir, "root", O_RDONLY | O_DIRECTORY);
	close(dir);
	return root == -1 ? -1 : 0;
}

static int
tear_down(void **state)
{
	int dir = open(top, O_RDONLY | O_DIRECTORY);

	(void)state;
	unlinkat(dir, "root/fifo", 0);
	unlinkat(dir, "root/inside", 0);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		unlinkat(dir, links[i].name, 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlinkat(dir, files[i], 0);
	for (size_t i = sizeof folders / sizeof *folders; i-- > 0;)
		unlinkat(dir, folders[i], AT_REMOVEDIR);
	close(dir);
	close(root);
	return rmdir(top);
}

static void
opens_what_lies_below(void **state)
{
	static const struct {
		const char *path, *says;
	} rows[] = {
		{ "a.txt", "root/a.txt" },
		{ "d/b.txt", "root/d/b.txt" },
		{ "./d/./b.txt", "root/d/b.txt" },
		{ "d//b.txt", "root/d/b.txt" },
		{ "..c", "root/..c" },
		{ "d/e..f", "root/d/e..f" },
	};
	char said[64];
	ssize_t len;
	int fd;

	(void)state;
	for (size_t w = 0; w < NUM_WAYS; w++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			fd = ways[w](root, rows[i].path);
			assert_return_code(fd, errno);
			len = read(fd, said, sizeof said - 1);
			assert_true(len > 0);
			said[len] = '\0';
			assert_string_equal(said, rows[i].says);
			close(fd);
		}
}

static void
opens_nothing_outside(void **state)
{
	static const char *const paths[] = { "../secret", "d/../../secret",
		"..", "/etc/passwd", "//etc/passwd", "out", "abroad", "d/up",
		"updir/secret", "updir", "loop", "updir/root/a.txt" };
	int fd;

	(void)state;
	for (size_t w = 0; w < NUM_WAYS; w++)
		for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
			fd = ways[w](root, paths[i]);
			if (fd != -1)
				print_error("%s was opened\n", paths[i]);
			assert_int_equal(fd, -1);
			assert_true(errno == EXDEV || errno == ELOOP ||
			    errno == ENOTDIR);
		}
}

static void
says_why_not(void **state)
{
	static const struct {
		const char *path;
		int error;
	} rows[] = {
		{ "", ENOENT },
		{ "none", ENOENT },
		{ "none/a", ENOENT },
		{ "a.txt/b", ENOTDIR },
	};
	char name[400];

	(void)state;
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	for (size_t w = 0; w < NUM_WAYS; w++) {
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			assert_int_equal(ways[w](root, rows[i].path), -1);
			assert_int_equal(errno, rows[i].error);
		}
		assert_int_equal(ways[w](root, name), -1);
		assert_int_equal(errno, ENAMETOOLONG);
	}
}

static void
does_not_wait_for_a_writer(void **state)
{
	(void)state;
	for (size_t w = 0; w < NUM_WAYS; w++) {
		int fd = ways[w](root, "fifo");

		assert_return_code(fd, errno);
		close(fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_what_lies_below),
		cmocka_unit_test(opens_nothing_outside),
		cmocka_unit_test(says_why_not),
		cmocka_unit_test(does_not_wait_for_a_writer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
