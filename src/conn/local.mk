# src/conn/local.mk - one connection, from accept to close
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/conn.c %D%/conn.h \
	%D%/end.c \
	%D%/guard.c \
	%D%/host.c \
	%D%/internal.h \
	%D%/meet.c \
	%D%/query.c \
	%D%/reason.c \
	%D%/shade.c \
	%D%/staple.c \
	%D%/talk.c \
	%D%/tell.c \
	%D%/turn.c
