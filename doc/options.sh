#!/bin/sh
# options.sh - puts the options that the program has into its manual page
# SPDX-License-Identifier: Apache-2.0
#
#	doc/options.sh POLYTLS PAGE >NEW
#
# Prints PAGE with what stands between its two marks replaced by what POLYTLS,
# the program, says of its options.
set -e
program=$1
page=$2
options=$(mktemp)
trap 'rm -f "$options"' EXIT
"$program" s_server -help -man >"$options"
awk -v options="$options" '
	/^\.\\" end of what doc\/options/ { inside = 0 }
	!inside { print }
	/^\.\\" begin of what doc\/options/ {
		inside = 1
		while ((getline line < options) > 0)
			print line
	}
' "$page"
