# src/compare/local.mk - what backends answer to a ClientHello, side by side
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/ask.c \
	%D%/compare.h \
	%D%/rows.c \
	%D%/table.c
