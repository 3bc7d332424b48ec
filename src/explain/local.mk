# src/explain/local.mk - why a handshake failed
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/agree.c %D%/agree.h \
	%D%/client.c \
	%D%/explain.c %D%/explain.h \
	%D%/internal.h \
	%D%/lack.c \
	%D%/opening.c \
	%D%/others.c \
	%D%/own.c \
	%D%/refusal.c \
	%D%/words.c %D%/words.h
