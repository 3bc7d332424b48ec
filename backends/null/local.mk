# backends/null/local.mk - the worked example: tests only, never installed
# SPDX-License-Identifier: Apache-2.0
check_LTLIBRARIES += %D%/polytls-null.la
%C%_polytls_null_la_SOURCES = %D%/null.c
%C%_polytls_null_la_LDFLAGS = $(MODULE_LDFLAGS) -rpath /nowhere \
	-export-symbols-regex '^tls_backend_null$$'

# The same, linked into unit tests.
check_LTLIBRARIES += %D%/libnull.la
%C%_libnull_la_SOURCES = %D%/null.c
