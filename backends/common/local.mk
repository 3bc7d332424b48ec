# backends/common/local.mk - what backends share, below them
# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += backends/common/libcommon.la
backends_common_libcommon_la_SOURCES = \
	%D%/experiments.c \
	%D%/experiments.h \
	%D%/lab.c \
	%D%/lab.h \
	%D%/members.h \
	%D%/memory.c \
	%D%/memory.h \
	%D%/primitives.c \
	%D%/primitives.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/refusal.c \
	%D%/refusal.h \
	%D%/sample.c \
	%D%/sample.h \
	%D%/trial.c \
	%D%/trial.h \
	%D%/try.c \
	%D%/try.h \
	%D%/verify.c \
	%D%/verify.h \
	%D%/wire.c \
	%D%/wire.h \
	%D%/witness.c \
	%D%/witness.h
backends_common_libcommon_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-iquote $(srcdir)/backends
MODULE_LIBS += backends/common/libcommon.la
