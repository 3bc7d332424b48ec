# tests/contract/local.mk - the scenes that every backend plays
# SPDX-License-Identifier: Apache-2.0
CONTRACT_LIB = \
	tests/lib/certs.c tests/lib/certs.h \
	tests/lib/client.c tests/lib/client.h \
	tests/lib/disturb.c tests/lib/disturb.h \
	tests/lib/host.c tests/lib/host.h \
	tests/lib/pair.c tests/lib/pair.h \
	tests/lib/stage.c

# Compiled into each backends/NAME/contract.t.
CONTRACT_SOURCES = $(CONTRACT_LIB) \
	tests/lib/oracle.c tests/lib/oracle.h \
	tests/lib/tap.c tests/lib/tap.h \
	%D%/contract.c %D%/scene.h \
	%D%/anonymous.c \
	%D%/change.c \
	%D%/choose.c \
	%D%/clientcert.c \
	%D%/compare.c \
	%D%/crls.c \
	%D%/exporter.c \
	%D%/facts.c \
	%D%/flight.c \
	%D%/handshake.c \
	%D%/keys.c \
	%D%/lists.c \
	%D%/makekeys.c \
	%D%/mutants.c \
	%D%/native.c \
	%D%/negotiate.c \
	%D%/npn.c \
	%D%/pkcs12.c \
	%D%/primitives.c \
	%D%/psk.c \
	%D%/resume.c \
	%D%/status.c \
	%D%/storm.c \
	%D%/table.c \
	%D%/tells.c \
	%D%/threads.c \
	%D%/tickets.c \
	%D%/trouble.c \
	%D%/wishes.c

# All backends in one process.
if HAVE_TEST_CLIENT
check_PROGRAMS += %D%/load_orders.t
TESTS += %D%/load_orders.t
%C%_load_orders_t_SOURCES = $(CONTRACT_LIB) %D%/load_orders.c
%C%_load_orders_t_CPPFLAGS = $(CONTRACT_CPPFLAGS)
%C%_load_orders_t_LDADD = $(CONTRACT_LDADD)
endif
