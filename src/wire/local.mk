# src/wire/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/hello.c \
	%D%/hello.h \
	%D%/http.h \
	%D%/opening.c \
	%D%/record.h \
	%D%/x509.h
