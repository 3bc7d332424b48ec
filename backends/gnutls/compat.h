/* compat.h - one face for all versions of the library
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (!gnutls_check_version("3.8.0"))
 *		puts("the library that is loaded is a 3.7");
 *
 * From 3.7 to 3.8 nothing that is used here has changed; what came later is
 * looked up by name at run time (lists.c), not by version.
 */
#ifndef GNUTLS_COMPAT_H
#define GNUTLS_COMPAT_H

#include <gnutls/gnutls.h>

#if GNUTLS_VERSION_NUMBER < 0x030700
#error "GnuTLS 3.7 or later is needed"
#endif

#endif
