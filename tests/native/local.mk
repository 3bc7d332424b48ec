# tests/native/local.mk - -native against each library's own server
# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += %D%/hellos.py
noinst_HEADERS += %D%/secrets.h %D%/serve.h

if HAVE_TEST_CLIENT
check_PROGRAMS += %D%/compare
endif
%C%_compare_SOURCES = %D%/compare.c %D%/secrets.c
%C%_compare_CPPFLAGS = $(CORE_CPPFLAGS) $(TEST_CLIENT_CFLAGS)
%C%_compare_LDADD = $(CORE_LIBS) $(TEST_CLIENT_LIBS)

if BACKEND_GNUTLS
check_PROGRAMS += %D%/server-gnutls
endif
%C%_server_gnutls_SOURCES = %D%/serve.c %D%/server_gnutls.c
%C%_server_gnutls_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS)
%C%_server_gnutls_LDADD = $(GNUTLS_LIBS)

if BACKEND_MBEDTLS
check_PROGRAMS += %D%/server-mbedtls
endif
%C%_server_mbedtls_SOURCES = %D%/serve.c %D%/server_mbedtls.c
%C%_server_mbedtls_CPPFLAGS = $(AM_CPPFLAGS) $(MBEDTLS_CFLAGS)
%C%_server_mbedtls_LDADD = $(MBEDTLS_LIBS)

# 1,000 hellos a library, a certificate and a list of protocols, where make
# check takes a sample.
native: all $(check_PROGRAMS)
	@$(AM_TESTS_ENVIRONMENT) POLYTLS_NATIVE_HELLOS=1000 \
	    $(PYTHON3) $(srcdir)/tests/e2e/run.py \
	    $(srcdir)/tests/e2e/test_native.py
.PHONY: native
