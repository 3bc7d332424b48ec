# src/net/local.mk - sockets, and things that look like them
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/channel.h \
	%D%/fetch.c %D%/fetch.h \
	%D%/gather.c %D%/gather.h \
	%D%/listen.c %D%/listen_file.c %D%/listen.h \
	%D%/loop.c %D%/loop.h \
	%D%/memory.c %D%/memory.h \
	%D%/recorder.c %D%/recorder.h \
	%D%/resolve.c %D%/resolve.h \
	%D%/stutter.c %D%/stutter.h \
	%D%/transport.c %D%/transport.h
