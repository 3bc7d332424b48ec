/* originals.c - the library's functions that this module stands in front of
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "private/private.h"

#include <dlfcn.h>

const char *
mbed_originals_file(void)
{
	int (*function)(mbedtls_ssl_context *,
	    const mbedtls_ssl_config *) = mbedtls_ssl_setup;
	const void *address;
	Dl_info info;

	_Static_assert(sizeof address == sizeof function,
	    "POSIX lets functions be data to dladdr");
	memcpy(&address, &function, sizeof address);
	return dladdr(address, &info) && info.dli_fname ? info.dli_fname : "";
}

/* A function of that name, in `library`. */
#define FIND(library, name, out) do { \
	void *address = dlsym(library, name); \
	\
	_Static_assert(sizeof address == sizeof *(out), \
	    "POSIX lets functions be data to dlsym"); \
	memcpy(out, &address, sizeof address); \
} while (0)

void
mbed_originals_find(struct mbed_originals *out)
{
	/* It is loaded already: this opens nothing, and closes nothing. */
	void *library = dlopen(mbed_originals_file(),
	    RTLD_LAZY | RTLD_NOLOAD);

	*out = (struct mbed_originals){ NULL, NULL, NULL };
	if (!library)
		return;
	FIND(library, "mbedtls_ssl_write_record", &out->write_record);
	FIND(library, "mbedtls_ssl_add_hs_msg_to_checksum",
	    &out->hash_message);
	FIND(library, "mbedtls_ssl_finish_handshake_msg",
	    &out->finish_message);
	dlclose(library);
}
