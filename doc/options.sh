#!/bin/sh
# options.sh - puts the options that the program has into a manual page
# SPDX-License-Identifier: Apache-2.0
#
#	doc/options.sh POLYTLS PAGE >NEW
#
# Prints PAGE with what stands between two marks replaced by what POLYTLS, the
# program, says of its options.  The first mark ends with the command whose
# they are.
set -e
program=$1
page=$2
options=$(mktemp)
trap 'rm -f "$options"' EXIT
for command in $(sed -n \
    's|^\.\\" begin of what doc/options.sh makes of ||p' "$page"); do
	"$program" "$command" -help -man | sed "s/^/$command /"
done >"$options"
awk -v options="$options" '
	/^\.\\" end of what doc\/options/ { inside = 0 }
	!inside { print }
	/^\.\\" begin of what doc\/options/ {
		inside = 1
		while ((getline line < options) > 0)
			if (index(line, $NF " ") == 1)
				print substr(line, length($NF) + 2)
		close(options)
	}
' "$page"
