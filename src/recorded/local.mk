# src/recorded/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/capture.c \
	%D%/frame.c \
	%D%/frame.h \
	%D%/hex.c \
	%D%/internal.h \
	%D%/list.c \
	%D%/module.h \
	%D%/msg.c \
	%D%/read.c \
	%D%/recorded.h \
	%D%/stream.c \
	%D%/stream.h
