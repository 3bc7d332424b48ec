# src/serve/local.mk - listening, workers, and the end
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/leave.c \
	%D%/program.h \
	%D%/ready.c \
	%D%/serve.c %D%/serve.h \
	%D%/setup.c \
	%D%/worker.c %D%/worker.h
