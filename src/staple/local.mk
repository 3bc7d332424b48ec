# src/staple/local.mk - OCSP responses to staple
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/file.c \
	%D%/internal.h \
	%D%/query.c \
	%D%/stapler.c %D%/stapler.h \
	%D%/tell.c
