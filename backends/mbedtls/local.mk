# backends/mbedtls/local.mk - the mbedtls backend: a module, or linked in
# SPDX-License-Identifier: Apache-2.0
mbedtls_sources = \
	%D%/backend.c \
	%D%/compat.c \
	%D%/compat.h \
	%D%/creds.c \
	%D%/draw.c \
	%D%/editor.c \
	%D%/error.c \
	%D%/facts.c \
	%D%/flight.c \
	%D%/handshake.c \
	%D%/inside.c \
	%D%/inside.h \
	%D%/interpose.c \
	%D%/io.c \
	%D%/key.c \
	%D%/lists.c \
	%D%/mbedtls.h \
	%D%/observe.c \
	%D%/pkcs12.c \
	%D%/psk.c \
	%D%/renew.c \
	%D%/reveal.c \
	%D%/server.c \
	%D%/session.c \
	%D%/support.c \
	%D%/ticket.c \
	%D%/trial.c \
	%D%/trial.h \
	%D%/unlock.c \
	%D%/unlock.h \
	%D%/verify.c

if MODULE_MBEDTLS
backend_LTLIBRARIES += %D%/polytls-mbedtls.la
endif
%C%_polytls_mbedtls_la_SOURCES = $(mbedtls_sources)
%C%_polytls_mbedtls_la_CPPFLAGS = $(AM_CPPFLAGS) $(MBEDTLS_CFLAGS)
%C%_polytls_mbedtls_la_LIBADD = $(MBEDTLS_LIBS)
%C%_polytls_mbedtls_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols-regex '^(tls_backend_mbedtls|mbedtls_ssl_(write_record|add_hs_msg_to_checksum|finish_handshake_msg))$$'
EXTRA_DIST += %D%/interposed.txt

if BUILTIN_MBEDTLS
noinst_LTLIBRARIES += %D%/libbackend.la
BUILTIN_LIBS += %D%/libbackend.la
%C%_libbackend_la_SOURCES = $(mbedtls_sources)
%C%_libbackend_la_CPPFLAGS = $(AM_CPPFLAGS) $(MBEDTLS_CFLAGS) \
	-DBACKEND_BUILTIN
%C%_libbackend_la_LIBADD = $(MBEDTLS_LIBS)
endif

if BACKEND_MBEDTLS
if HAVE_TEST_CLIENT
check_PROGRAMS += %D%/contract.t
TESTS += %D%/contract.t
%C%_contract_t_SOURCES = $(CONTRACT_SOURCES)
%C%_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) -DBACKEND=\"mbedtls\"
%C%_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif
