# src/sink/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/backlog.c %D%/backlog.h \
	%D%/failure.c \
	%D%/refused.c \
	%D%/remarks.c \
	%D%/pending.c \
	%D%/json.c %D%/json.h \
	%D%/keylog.c %D%/keylog.h \
	%D%/open.c %D%/open.h \
	%D%/pcapng.c %D%/pcapng.h \
	%D%/pcapng_block.c %D%/pcapng_block.h \
	%D%/pcapng_file.c %D%/pcapng_file.h \
	%D%/pcapng_open.c \
	%D%/pcapng_tcp.c %D%/pcapng_tcp.h \
	%D%/sink.c %D%/sink.h \
	%D%/ocsp.c \
	%D%/outlet.c %D%/outlet.h \
	%D%/text.c %D%/text.h \
	%D%/trace.c \
	%D%/verify.c \
	%D%/writer.c %D%/writer.h
