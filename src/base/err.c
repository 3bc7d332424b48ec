/* base/err.c - filling a tls_error
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool
err_set(struct tls_error *err, enum tls_blame blame, const char *fmt, ...)
{
	va_list ap;

	*err = (struct tls_error)TLS_ERROR_INIT;
	err->blame = blame;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return false;
}

const char *
err_blame_name(enum tls_blame blame)
{
	static const char *const names[] = {
		[TLS_BLAME_NOBODY] = "nobody",
		[TLS_BLAME_CONFIG] = "config",
		[TLS_BLAME_FEATURE] = "feature",
		[TLS_BLAME_NETWORK] = "network",
		[TLS_BLAME_PEER] = "peer",
		[TLS_BLAME_US] = "us",
		[TLS_BLAME_LIBRARY] = "library",
	};

	return names[blame];
}

int
err_exit_status(const struct tls_error *err)
{
	switch (err->blame) {
	case TLS_BLAME_NOBODY:
		return 0;
	case TLS_BLAME_CONFIG:
		return 2;
	case TLS_BLAME_FEATURE:
		return 3;
	default:
		return 1;
	}
}
