# src/report/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/json.c %D%/json.h \
	%D%/json_compare.c \
	%D%/json_text.c \
	%D%/json_tls.c \
	%D%/lists.c %D%/lists.h \
	%D%/offer.c \
	%D%/page.c %D%/page.h \
	%D%/page_compare.c \
	%D%/page_facts.c \
	%D%/page_hello.c \
	%D%/page_json.c \
	%D%/page_style.h \
	%D%/page_text.c \
	%D%/parts.c %D%/parts.h \
	%D%/report.c %D%/report.h \
	%D%/schema.c %D%/schema.h \
	%D%/session.c \
	%D%/shapes.def
