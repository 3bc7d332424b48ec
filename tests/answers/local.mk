# tests/answers/local.mk - what each library answers, pinned by its version
# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += %D%/answers.t
TESTS += %D%/answers.t
%C%_answers_t_SOURCES = %D%/answers.c
%C%_answers_t_CPPFLAGS = $(CORE_CPPFLAGS)
%C%_answers_t_LDADD = $(CORE_LIBS)

TESTS += %D%/test_answers.py
EXTRA_DIST += %D%/test_answers.py \
	%D%/gnutls-3.7.txt \
	%D%/gnutls-3.8.txt \
	%D%/mbedtls-2.28.txt \
	%D%/mbedtls-3.6.txt \
	%D%/null-1.txt \
	%D%/openssl-3.0.txt \
	%D%/openssl-3.5.txt

# The pages of the libraries here, anew; look at what git diff says of them.
answers: all %D%/answers.t backends/null/polytls-null.la
	@$(AM_TESTS_ENVIRONMENT) %D%/answers.t -write
.PHONY: answers
