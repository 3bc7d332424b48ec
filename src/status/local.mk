# src/status/local.mk - OCSP responses to staple
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/file.c \
	%D%/inside.h \
	%D%/query.c \
	%D%/status.c %D%/status.h \
	%D%/tell.c
