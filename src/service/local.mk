# src/service/local.mk - all that a connection needs, decided once
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/service.h
