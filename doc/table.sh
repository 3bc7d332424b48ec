#!/bin/sh
# table.sh - puts the table of options and backends into the manual page
# SPDX-License-Identifier: Apache-2.0
#
#	doc/table.sh POLYTLS PAGE >NEW
#
# Prints PAGE with the table that POLYTLS, the program, prints of the backends
# it finds between the two marks; where the program does not run, as in a
# build for another machine, without one.
set -e
program=$1
page=$2
table=$(mktemp)
trap 'rm -f "$table"' EXIT
"$program" backends -options -man >"$table" 2>/dev/null || : >"$table"
awk -v table="$table" '
	{ print }
	/^\.\\" begin of what doc\/table/ {
		while ((getline line < table) > 0)
			print line
	}
' "$page"
