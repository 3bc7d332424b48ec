# backends/local.mk - how backends are compiled, linked and tested
# SPDX-License-Identifier: Apache-2.0
#
# Made by backends/modules.sh from the BACKEND lines in configure.ac: edit
# those.  backends/NAME/local.mk lists the sources.

include backends/openssl/local.mk

if MODULE_OPENSSL
backend_LTLIBRARIES += backends/openssl/polytls-openssl.la
endif
backends_openssl_polytls_openssl_la_SOURCES = $(openssl_sources)
backends_openssl_polytls_openssl_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/openssl $(OPENSSL_CFLAGS)
backends_openssl_polytls_openssl_la_LIBADD = $(MODULE_LIBS) $(OPENSSL_LIBS)
backends_openssl_polytls_openssl_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols backends/openssl/exported.sym
EXTRA_backends_openssl_polytls_openssl_la_DEPENDENCIES = backends/openssl/exported.sym
backends/openssl/exported.sym: $(srcdir)/backends/openssl/local.mk
	$(AM_V_GEN)$(MKDIR_P) backends/openssl && { echo tls_backend_openssl; \
	  cat $(srcdir)/backends/openssl/interposed.txt 2>/dev/null; :; } >$@
CLEANFILES += backends/openssl/exported.sym

if BUILTIN_OPENSSL
noinst_LTLIBRARIES += backends/openssl/libbackend.la
BUILTIN_LIBS += backends/openssl/libbackend.la
backends_openssl_libbackend_la_SOURCES = $(openssl_sources)
backends_openssl_libbackend_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/openssl $(OPENSSL_CFLAGS) -DBACKEND_BUILTIN
backends_openssl_libbackend_la_LIBADD = $(MODULE_LIBS) $(OPENSSL_LIBS)
endif

if BACKEND_OPENSSL
if HAVE_TEST_CLIENT
check_PROGRAMS += backends/openssl/contract.t
TESTS += backends/openssl/contract.t
backends_openssl_contract_t_SOURCES = $(CONTRACT_SOURCES)
backends_openssl_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) \
	-DBACKEND=\"openssl\"
backends_openssl_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif

include backends/gnutls/local.mk

if MODULE_GNUTLS
backend_LTLIBRARIES += backends/gnutls/polytls-gnutls.la
endif
backends_gnutls_polytls_gnutls_la_SOURCES = $(gnutls_sources)
backends_gnutls_polytls_gnutls_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/gnutls $(GNUTLS_CFLAGS)
backends_gnutls_polytls_gnutls_la_LIBADD = $(MODULE_LIBS) $(GNUTLS_LIBS)
backends_gnutls_polytls_gnutls_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols backends/gnutls/exported.sym
EXTRA_backends_gnutls_polytls_gnutls_la_DEPENDENCIES = backends/gnutls/exported.sym
backends/gnutls/exported.sym: $(srcdir)/backends/gnutls/local.mk
	$(AM_V_GEN)$(MKDIR_P) backends/gnutls && { echo tls_backend_gnutls; \
	  cat $(srcdir)/backends/gnutls/interposed.txt 2>/dev/null; :; } >$@
CLEANFILES += backends/gnutls/exported.sym

if BUILTIN_GNUTLS
noinst_LTLIBRARIES += backends/gnutls/libbackend.la
BUILTIN_LIBS += backends/gnutls/libbackend.la
backends_gnutls_libbackend_la_SOURCES = $(gnutls_sources)
backends_gnutls_libbackend_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/gnutls $(GNUTLS_CFLAGS) -DBACKEND_BUILTIN
backends_gnutls_libbackend_la_LIBADD = $(MODULE_LIBS) $(GNUTLS_LIBS)
endif

if BACKEND_GNUTLS
if HAVE_TEST_CLIENT
check_PROGRAMS += backends/gnutls/contract.t
TESTS += backends/gnutls/contract.t
backends_gnutls_contract_t_SOURCES = $(CONTRACT_SOURCES)
backends_gnutls_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) \
	-DBACKEND=\"gnutls\"
backends_gnutls_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif

include backends/mbedtls/local.mk

if MODULE_MBEDTLS
backend_LTLIBRARIES += backends/mbedtls/polytls-mbedtls.la
endif
backends_mbedtls_polytls_mbedtls_la_SOURCES = $(mbedtls_sources)
backends_mbedtls_polytls_mbedtls_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/mbedtls $(MBEDTLS_CFLAGS)
backends_mbedtls_polytls_mbedtls_la_LIBADD = $(MODULE_LIBS) $(MBEDTLS_LIBS)
backends_mbedtls_polytls_mbedtls_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols backends/mbedtls/exported.sym
EXTRA_backends_mbedtls_polytls_mbedtls_la_DEPENDENCIES = backends/mbedtls/exported.sym
backends/mbedtls/exported.sym: $(srcdir)/backends/mbedtls/local.mk
	$(AM_V_GEN)$(MKDIR_P) backends/mbedtls && { echo tls_backend_mbedtls; \
	  cat $(srcdir)/backends/mbedtls/interposed.txt 2>/dev/null; :; } >$@
CLEANFILES += backends/mbedtls/exported.sym

if BUILTIN_MBEDTLS
noinst_LTLIBRARIES += backends/mbedtls/libbackend.la
BUILTIN_LIBS += backends/mbedtls/libbackend.la
backends_mbedtls_libbackend_la_SOURCES = $(mbedtls_sources)
backends_mbedtls_libbackend_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/mbedtls $(MBEDTLS_CFLAGS) -DBACKEND_BUILTIN
backends_mbedtls_libbackend_la_LIBADD = $(MODULE_LIBS) $(MBEDTLS_LIBS)
endif

if BACKEND_MBEDTLS
if HAVE_TEST_CLIENT
check_PROGRAMS += backends/mbedtls/contract.t
TESTS += backends/mbedtls/contract.t
backends_mbedtls_contract_t_SOURCES = $(CONTRACT_SOURCES)
backends_mbedtls_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) \
	-DBACKEND=\"mbedtls\"
backends_mbedtls_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif
