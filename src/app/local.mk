# src/app/local.mk - what a connection is for
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/app.c %D%/app.h \
	%D%/body.c %D%/body.h \
	%D%/echo.c %D%/echo.h \
	%D%/files.c %D%/files.h \
	%D%/http.c %D%/http.h \
	%D%/reply.c \
	%D%/strict.c \
	%D%/terminal.c %D%/terminal.h \
	%D%/www.c %D%/www.h
