/* common/refusal.c - what backends refuse, in the same words on each
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/refusal.h"

#include <stdio.h>
#include <string.h>

bool
common_refuse_for(struct tls_error *err, enum tls_blame blame, long native,
    const char *words, const char *format, va_list args)
{
	size_t len;

	err->blame = blame;
	err->native = native;
	vsnprintf(err->text, sizeof err->text, format, args);
	len = strlen(err->text);
	if (words)
		snprintf(err->text + len, sizeof err->text - len, ": %s",
		    words);
	return false;
}

bool
common_refuse(struct tls_error *err, enum tls_blame blame, const char *format,
    ...)
{
	va_list args;

	va_start(args, format);
	common_refuse_for(err, blame, err->native, NULL, format, args);
	va_end(args);
	return false;
}

bool
common_refuse_memory(struct tls_error *err)
{
	return common_refuse(err, TLS_BLAME_LIBRARY, "out of memory");
}

enum tls_status
common_unsupported(struct tls_error *err, const char *words)
{
	common_refuse(err, TLS_BLAME_FEATURE, "%s", words);
	return TLS_UNSUPPORTED;
}

bool
common_refuse_pair(const struct tls_identity *identity, struct tls_error *err)
{
	const char *key = identity->key_origin, *cert = identity->cert_origin;

	if (strcmp(key, cert))
		return common_refuse(err, TLS_BLAME_CONFIG, "%s does not match "
		    "the certificate in %s: give the key that it was made for",
		    key, cert);
	return common_refuse(err, TLS_BLAME_CONFIG, "%s: the private key does "
	    "not match the certificate: give the key that it was made for "
	    "with -key", key);
}
