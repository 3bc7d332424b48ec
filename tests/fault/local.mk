# tests/fault/local.mk - calls that fail: preloaded by tests/e2e/test_injection.py
# SPDX-License-Identifier: Apache-2.0
check_LTLIBRARIES += %D%/inject.la
%C%_inject_la_SOURCES = %D%/calls.c %D%/inject.c %D%/inject.h
%C%_inject_la_CFLAGS = $(WARN_CFLAGS)
%C%_inject_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
