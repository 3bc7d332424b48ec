# capture/local.mk - the module that reads captures
# SPDX-License-Identifier: Apache-2.0
if PCAP
backend_LTLIBRARIES += capture/capture.la
endif
capture_capture_la_SOURCES = %D%/pcap.c
capture_capture_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src $(PCAP_CFLAGS)
capture_capture_la_LIBADD = $(PCAP_LIBS)
capture_capture_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols-regex '^polytls_capture$$'
