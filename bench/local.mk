# bench/local.mk - make bench: CPU time per handshake and byte, memory
# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += %D%/bench.py %D%/start.py %D%/README
noinst_HEADERS += %D%/floor.h %D%/pipe.h
bench_tools =

if HAVE_TEST_CLIENT
EXTRA_PROGRAMS += %D%/load
bench_tools += %D%/load
%C%_load_SOURCES = %D%/load.c
%C%_load_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CLIENT_CFLAGS)
%C%_load_LDADD = $(TEST_CLIENT_LIBS)

if BACKEND_OPENSSL
EXTRA_PROGRAMS += %D%/floor-openssl
bench_tools += %D%/floor-openssl
endif
%C%_floor_openssl_SOURCES = %D%/floor.c %D%/floor_openssl.c
%C%_floor_openssl_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CLIENT_CFLAGS)
%C%_floor_openssl_LDADD = $(TEST_CLIENT_LIBS)

if BACKEND_GNUTLS
EXTRA_PROGRAMS += %D%/floor-gnutls
bench_tools += %D%/floor-gnutls
endif
%C%_floor_gnutls_SOURCES = %D%/floor.c %D%/floor_gnutls.c
%C%_floor_gnutls_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CLIENT_CFLAGS) \
	$(GNUTLS_CFLAGS)
%C%_floor_gnutls_LDADD = $(TEST_CLIENT_LIBS) $(GNUTLS_LIBS)

if BACKEND_MBEDTLS
EXTRA_PROGRAMS += %D%/floor-mbedtls
bench_tools += %D%/floor-mbedtls
endif
%C%_floor_mbedtls_SOURCES = %D%/floor.c %D%/floor_mbedtls.c
%C%_floor_mbedtls_CPPFLAGS = $(AM_CPPFLAGS) $(TEST_CLIENT_CFLAGS) \
	$(MBEDTLS_CFLAGS)
%C%_floor_mbedtls_LDADD = $(TEST_CLIENT_LIBS) $(MBEDTLS_LIBS)
endif
CLEANFILES += $(bench_tools)

# The bare start of each library, for make check as well.
bench_starts =
if BACKEND_OPENSSL
check_PROGRAMS += %D%/start-openssl
bench_starts += %D%/start-openssl
endif
%C%_start_openssl_SOURCES = %D%/start.c %D%/floor_openssl.c
%C%_start_openssl_CPPFLAGS = $(AM_CPPFLAGS) $(OPENSSL_CFLAGS)
%C%_start_openssl_LDADD = $(OPENSSL_LIBS)
if BACKEND_GNUTLS
check_PROGRAMS += %D%/start-gnutls
bench_starts += %D%/start-gnutls
endif
%C%_start_gnutls_SOURCES = %D%/start.c %D%/floor_gnutls.c
%C%_start_gnutls_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS)
%C%_start_gnutls_LDADD = $(GNUTLS_LIBS)
if BACKEND_MBEDTLS
check_PROGRAMS += %D%/start-mbedtls
bench_starts += %D%/start-mbedtls
endif
%C%_start_mbedtls_SOURCES = %D%/start.c %D%/floor_mbedtls.c
%C%_start_mbedtls_CPPFLAGS = $(AM_CPPFLAGS) $(MBEDTLS_CFLAGS)
%C%_start_mbedtls_LDADD = $(MBEDTLS_LIBS)

# BENCH_ARGS=--help lists what can be left out.
bench: all $(bench_tools) $(bench_starts)
	$(PYTHON3) $(srcdir)/bench/bench.py --build . $(BENCH_ARGS)
.PHONY: bench

# What decoding a ClientHello takes: make bench/hello, bench/hello FILE...
EXTRA_PROGRAMS += %D%/hello
%C%_hello_SOURCES = %D%/hello.c
%C%_hello_CPPFLAGS = $(CORE_CPPFLAGS)
%C%_hello_LDADD = $(CORE_LIBS)
CLEANFILES += %D%/hello
