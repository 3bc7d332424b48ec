# src/base/local.mk - bytes and reasons; knows nothing of TLS
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/beneath.c %D%/beneath.h \
	%D%/buf.c %D%/buf.h \
	%D%/clock.c %D%/clock.h \
	%D%/err.c %D%/err.h \
	%D%/harmless.c \
	%D%/near.c \
	%D%/numbers.h \
	%D%/reader.h \
	%D%/text.c %D%/text.h \
	%D%/thread.c %D%/thread.h
