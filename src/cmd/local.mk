# src/cmd/local.mk - the commands, one file each
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/backends.c \
	%D%/backends_table.c %D%/backends_table.h \
	%D%/ciphers.c \
	%D%/cmd.h \
	%D%/defaults.c %D%/defaults.h \
	%D%/groups.c \
	%D%/hello.c %D%/hello.def %D%/hello.h %D%/hello_answers.c \
	%D%/hello_diff.c %D%/hello_list.c %D%/hello_listen.c \
	%D%/hello_options.c %D%/hello_read.c \
	%D%/run.c %D%/run.def \
	%D%/s_server.c %D%/s_server.def %D%/s_server.h \
	%D%/s_server_absent.def %D%/s_server_check.c \
	%D%/s_server_options.c %D%/s_server_others.c \
	%D%/stacks.c %D%/stacks.h %D%/stacks_print.c \
	%D%/version.c \
	%D%/words.c %D%/words.h
