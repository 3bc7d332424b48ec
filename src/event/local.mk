# src/event/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/bus.c %D%/bus.h \
	%D%/event.c %D%/event.h \
	%D%/observer.c %D%/observer.h
