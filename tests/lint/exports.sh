#!/bin/sh
# exports.sh - what a module shows, and what it must not use
# SPDX-License-Identifier: Apache-2.0
#
# Each module exports tls_backend_NAME, and besides only the functions of its
# library that it replaces on purpose: those that the interposed.txt of its
# folder lists.  It uses nothing that prints, exits, opens files or reads the
# environment.
set -u
build=${top_builddir:-.}/backends
source=${top_srcdir:-.}/backends

command -v nm >/dev/null || { echo "1..0 # SKIP nm is not installed"; exit 0; }
modules=$(ls "$build"/*/.libs/polytls-*.so 2>/dev/null)
[ -n "$modules" ] || { echo "1..0 # SKIP no backend is a module"; exit 0; }

forbidden='(__)?v?[fd]?printf(_chk)?|puts|fputs|putchar|fputc|fwrite|perror'
forbidden="$forbidden|stdout|stderr|syslog|_?exit|_Exit|quick_exit|abort"
forbidden="$forbidden|f?open(64)?|openat(64)?|socket|connect|(secure_)?getenv"
forbidden="$forbidden|u?sleep|nanosleep|signal|sigaction|system|fork|execve"
forbidden="$forbidden|popen|time|gettimeofday|clock_gettime"
# What instrumented builds add.
if nm -D $modules | grep -qE '__(asan|ubsan|tsan|gcov)_'; then
	echo "1..0 # SKIP the modules are instrumented"
	exit 0
fi

number=0
echo "1..$(($(echo "$modules" | wc -l) * 2))"
for so in $modules; do
	name=${so##*/polytls-}
	name=${name%.so}
	meant=$source/$name/interposed.txt
	[ -f "$meant" ] || meant=/dev/null
	shown=$(nm -D --defined-only "$so" | awk '{ print $3 }' |
	    grep -vxF -f "$meant")
	number=$((number + 1))
	if [ "$shown" = "tls_backend_$name" ]; then
		echo "ok $number - $name exports only tls_backend_$name"
	else
		echo "not ok $number - $name exports only tls_backend_$name"
		echo "$shown" | sed 's/^/# it shows /'
	fi
	used=$(nm -D --undefined-only "$so" | awk '{ print $NF }' |
	    sed 's/@.*//' | grep -xE "$forbidden")
	number=$((number + 1))
	if [ -z "$used" ]; then
		echo "ok $number - $name neither prints, exits nor opens"
	else
		echo "not ok $number - $name neither prints, exits nor opens"
		echo "$used" | sed 's/^/# it uses /'
	fi
done
exit 0
