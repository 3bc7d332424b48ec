# backends/null/local.mk - the worked example: tests only, never installed
# SPDX-License-Identifier: Apache-2.0
check_LTLIBRARIES += %D%/polytls-null.la
%C%_polytls_null_la_SOURCES = %D%/null.c
%C%_polytls_null_la_LDFLAGS = $(MODULE_LDFLAGS) -rpath /nowhere \
	-export-symbols-regex '^tls_backend_null$$'

# The same, linked into unit tests.
check_LTLIBRARIES += %D%/libnull.la
%C%_libnull_la_SOURCES = %D%/null.c

# It passes the scenes of the contract: most of them are skips, which its
# answers account for.
if HAVE_TEST_CLIENT
check_PROGRAMS += %D%/contract.t
TESTS += %D%/contract.t
%C%_contract_t_SOURCES = $(CONTRACT_SOURCES)
%C%_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) -DBACKEND=\"null\"
%C%_contract_t_LDADD = $(CONTRACT_LDADD)
endif
