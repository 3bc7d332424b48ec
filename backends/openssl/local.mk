# backends/openssl/local.mk - the openssl backend: a module, or linked in
# SPDX-License-Identifier: Apache-2.0
openssl_sources = \
	%D%/backend.c \
	%D%/compat.h \
	%D%/creds.c \
	%D%/engine.c \
	%D%/error.c \
	%D%/experiments.c \
	%D%/extensions.c \
	%D%/facts.c \
	%D%/io.c \
	%D%/lab.c \
	%D%/lists.c \
	%D%/observe.c \
	%D%/openssl.h \
	%D%/pkcs12.c \
	%D%/psk.c \
	%D%/resume.c \
	%D%/server.c \
	%D%/session.c \
	%D%/support.c \
	%D%/trial.c \
	%D%/trial.h \
	%D%/verify.c

if MODULE_OPENSSL
backend_LTLIBRARIES += %D%/polytls-openssl.la
endif
%C%_polytls_openssl_la_SOURCES = $(openssl_sources)
%C%_polytls_openssl_la_CPPFLAGS = $(AM_CPPFLAGS) $(OPENSSL_CFLAGS)
%C%_polytls_openssl_la_LIBADD = $(OPENSSL_LIBS)
%C%_polytls_openssl_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols-regex '^tls_backend_openssl$$'

if BUILTIN_OPENSSL
noinst_LTLIBRARIES += %D%/libbackend.la
BUILTIN_LIBS += %D%/libbackend.la
%C%_libbackend_la_SOURCES = $(openssl_sources)
%C%_libbackend_la_CPPFLAGS = $(AM_CPPFLAGS) $(OPENSSL_CFLAGS)
%C%_libbackend_la_LIBADD = $(OPENSSL_LIBS)
endif

if BACKEND_OPENSSL
if HAVE_TEST_CLIENT
check_PROGRAMS += %D%/contract.t
TESTS += %D%/contract.t
%C%_contract_t_SOURCES = $(CONTRACT_SOURCES)
%C%_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) -DBACKEND=\"openssl\"
%C%_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif
