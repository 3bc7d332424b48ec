# src/recorded/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/capture.c \
	%D%/hex.c \
	%D%/internal.h \
	%D%/list.c \
	%D%/msg.c \
	%D%/read.c \
	%D%/recorded.h
