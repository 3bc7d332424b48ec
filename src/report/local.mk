# src/report/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/json.c %D%/json.h \
	%D%/json_tls.c \
	%D%/lists.c %D%/lists.h \
	%D%/page.h \
	%D%/report.c %D%/report.h
