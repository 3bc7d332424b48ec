#!/bin/sh
# manual.sh - the manual pages have the options that the program has
# SPDX-License-Identifier: Apache-2.0
echo 1..7
page=$top_srcdir/doc/polytls-s_server.1
built=$top_builddir/doc/man1/polytls-s_server.1
new=$(mktemp)
trap 'rm -f "$new"' EXIT

if "$top_srcdir/doc/options.sh" "$POLYTLS" "$page" >"$new" &&
    cmp -s "$page" "$new" && grep -q '^\.B \\-accept ' "$new"; then
	echo "ok 1 - lists every option"
else
	diff "$page" "$new" | sed 's/^/# /'
	echo "not ok 1 - lists every option: run make manual"
fi

if ! command -v man >/dev/null; then
	echo "ok 2 - is clean man(7) # SKIP there is no man(1)"
elif LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z \
    "$built" 2>&1 >/dev/null | sed 's/^/# /' | tee /dev/stderr |
    grep -q .; then
	echo "not ok 2 - is clean man(7)"
else
	echo "ok 2 - is clean man(7)"
fi

# Every option has a row, with a word for every backend that loads.
names=$("$POLYTLS" backends -names | grep -vc '^null$')
rows=$(awk -F '\t' -v n="$names" '
    /^\.TS/ { inside = 1 }
    /^\.TE/ { inside = 0 }
    inside && /^\\-/ && NF == n + 1 { print $1 }' "$built")
told=$("$POLYTLS" s_server -help -man | sed -n 's/^\.B \(\\-[^ ]*\).*/\1/p')
if [ -n "$rows" ] && [ "$rows" = "$told" ]; then
	echo "ok 3 - has a table of all options and backends"
else
	echo "not ok 3 - has a table of all options and backends"
fi

other=$top_srcdir/doc/polytls-ciphers.1
if "$top_srcdir/doc/options.sh" "$POLYTLS" "$other" >"$new" &&
    cmp -s "$other" "$new" && grep -q '^\.B \\-ciphersuites ' "$new" &&
    grep -q '^\.SS Options of polytls groups' "$new"; then
	echo "ok 4 - ciphers: lists every option"
else
	diff "$other" "$new" | sed 's/^/# /'
	echo "not ok 4 - ciphers: lists every option: run make manual"
fi
if ! command -v man >/dev/null; then
	echo "ok 5 - ciphers: is clean man(7) # SKIP there is no man(1)"
elif LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z \
    "$other" 2>&1 >/dev/null | sed 's/^/# /' | tee /dev/stderr |
    grep -q .; then
	echo "not ok 5 - ciphers: is clean man(7)"
else
	echo "ok 5 - ciphers: is clean man(7)"
fi

other=$top_srcdir/doc/polytls-hello.1
if "$top_srcdir/doc/options.sh" "$POLYTLS" "$other" >"$new" &&
    cmp -s "$other" "$new" && grep -q '^\.B \\-listen ' "$new"; then
	echo "ok 6 - hello: lists every option"
else
	diff "$other" "$new" | sed 's/^/# /'
	echo "not ok 6 - hello: lists every option: run make manual"
fi
if ! command -v man >/dev/null; then
	echo "ok 7 - hello: is clean man(7) # SKIP there is no man(1)"
elif LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z \
    "$other" 2>&1 >/dev/null | sed 's/^/# /' | tee /dev/stderr |
    grep -q .; then
	echo "not ok 7 - hello: is clean man(7)"
else
	echo "ok 7 - hello: is clean man(7)"
fi
