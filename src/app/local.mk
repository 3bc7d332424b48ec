# src/app/local.mk - what a connection is for
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/app.c %D%/app.h \
	%D%/body.c %D%/body.h \
	%D%/echo.c %D%/echo.h \
	%D%/files.c %D%/files.h \
	%D%/hold.c %D%/hold.h \
	%D%/h2.h \
	%D%/index.c %D%/index.h \
	%D%/http.c %D%/http.h \
	%D%/reply.c \
	%D%/strict.c \
	%D%/terminal.c %D%/terminal.h \
	%D%/www.c %D%/www.h
if NGHTTP2
src_libcore_la_SOURCES += %D%/h2.c %D%/h2_stream.c %D%/h2_stream.h
else
src_libcore_la_SOURCES += %D%/h2_none.c
endif
