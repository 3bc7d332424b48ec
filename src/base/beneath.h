/* base/beneath.h - opening files that lie below a directory, and no others
 * SPDX-License-Identifier: Apache-2.0
 *
 *	int root = open("htdocs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
 *	int fd = beneath_open(root, "a/b.html");
 *
 *	if (fd == -1 && errno == EXDEV)
 *		refuse();
 *
 * Rules.  Where the kernel can confine a lookup (openat2(2)), symbolic links
 * that stay below the directory are followed; elsewhere none is.
 */
#ifndef BASE_BENEATH_H
#define BASE_BENEATH_H

/* Opens `path`, relative to and below the directory `root`, for reading; the
 * caller closes what it returns.  -1 with errno set: EXDEV or ELOOP where the
 * path would leave the directory, else as for open(2).  Never waits for the
 * other end of a FIFO, and never makes a terminal the controlling one. */
int beneath_open(int root, const char *path);

/* The same one component at a time, for kernels that cannot confine a
 * lookup. */
int beneath_open_by_steps(int root, const char *path);

#endif
