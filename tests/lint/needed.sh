#!/bin/sh
# needed.sh - the program links to no TLS library, not even through another
# SPDX-License-Identifier: Apache-2.0
set -u
program=${POLYTLS:-${top_builddir:-.}/polytls}
here=$(dirname "$program")

for tool in ldd readelf; do
	command -v $tool >/dev/null ||
	    { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
# libtool may have left a script in front of the program.
[ -f "$here/.libs/polytls" ] && program=$here/.libs/polytls

[ -x "$program" ] || { echo "Bail out! no program $program"; exit 1; }

libraries='ssl|crypto|gnutls|mbed[a-z0-9]*|nettle|hogweed|nss3|nssutil3|ssl3'
libraries="lib($libraries|wolfssl|tls)(-[^ ]*)?\.so"

if [ -n "$(ls "${top_builddir:-.}"/backends/*/libbackend.la 2>/dev/null)" ]
then
	echo "1..0 # SKIP a backend is linked into the program"
	exit 0
fi

echo "1..3"
closure=$(ldd "$program" | awk '{ print $1 }')
found=$(echo "$closure" | grep -E "$libraries")
if [ -z "$found" ]; then
	echo "ok 1 - nothing it needs is a TLS library"
else
	echo "not ok 1 - nothing it needs is a TLS library"
	echo "$found" | sed 's/^/# it needs /'
fi

direct=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
system='c|m|dl|pthread|asan|ubsan|tsan|gcov|gcc_s'
own='libevent_(core|extra)-|libjansson\.so|libnghttp2\.so|libmd\.so'
found=$(echo "$direct" | grep -vE "^($own|lib($system)\.so|ld-linux)")
if [ -z "$found" ]; then
	echo "ok 2 - it links to libevent, jansson, nghttp2, libmd, libc"
else
	echo "not ok 2 - it links to libevent, jansson, nghttp2, libmd, libc"
	echo "$found" | sed 's/^/# it links to /'
fi

# A module brings its own library and no other module's.
bad=
for so in "${top_builddir:-.}"/backends/*/.libs/polytls-*.so; do
	[ -f "$so" ] || continue
	name=${so##*/polytls-}
	name=${name%.so}
	own=none
	for row in ${POLYTLS_BACKEND_LIBS-}; do
		[ "${row%%:*}" = "$name" ] || continue
		own=$(echo "${row#*:}" | tr , '\n' | sed -n 's/^-l//p')
		own="lib($(echo $own | tr ' ' '|'))(-[^ ]*)?\.so"
	done
	foreign=$(readelf -d "$so" |
	    sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
	    grep -E "$libraries" | grep -vE "^$own")
	[ -z "$foreign" ] || bad="$bad $name:$foreign"
done
if [ -z "$bad" ]; then
	echo "ok 3 - each module links to its own library"
else
	echo "not ok 3 - each module links to its own library"
	echo "#$bad"
fi
exit 0
