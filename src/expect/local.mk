# src/expect/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/expect.h \
	%D%/internal.h \
	%D%/judge.c \
	%D%/keys.c %D%/keys.def \
	%D%/parse.c \
	%D%/seen.c \
	%D%/values.c
