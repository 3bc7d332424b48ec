# src/local.mk - all of the core but main.c, once: the program and every unit
# test link it.  Each room adds its files in its own fragment.
# SPDX-License-Identifier: Apache-2.0
CORE_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src -I$(builddir)/src \
	$(LIBEVENT_CFLAGS) $(JANSSON_CFLAGS) $(NGHTTP2_CFLAGS) $(LIBMD_CFLAGS) \
	-DBACKENDDIR='"$(backenddir)"'
CORE_LIBS = src/libcore.la $(BUILTIN_LIBS) $(LIBEVENT_LIBS) $(JANSSON_LIBS) \
	$(NGHTTP2_LIBS) $(LIBMD_LIBS)

noinst_LTLIBRARIES += src/libcore.la
src_libcore_la_CPPFLAGS = $(CORE_CPPFLAGS)
src_libcore_la_SOURCES =

include src/base/local.mk
include src/names/local.mk
include src/wire/local.mk
include src/net/local.mk
include src/plug/local.mk
include src/policy/local.mk
include src/explain/local.mk
include src/event/local.mk
include src/fault/local.mk
include src/pki/local.mk
include src/cli/local.mk
include src/load/local.mk
include src/staple/local.mk
include src/service/local.mk
include src/shadow/local.mk
include src/conn/local.mk
include src/compare/local.mk
include src/report/local.mk
include src/recorded/local.mk
include src/dissect/local.mk
include src/expect/local.mk
include src/sink/local.mk
include src/app/local.mk
include src/serve/local.mk
include src/run/local.mk
include src/cmd/local.mk

bin_PROGRAMS += polytls
polytls_SOURCES = %D%/main.c
polytls_CPPFLAGS = $(CORE_CPPFLAGS)
polytls_LDADD = $(CORE_LIBS)
