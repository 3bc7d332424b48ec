#!/bin/sh
# layers.sh - who may include whom; the table is the rule
# SPDX-License-Identifier: Apache-2.0
#
#	layers.sh		TAP
#	layers.sh -print	the floors, as HACKING shows them
#	layers.sh -write	puts them into HACKING
#
# A room is a folder of src/, or a file of src/ itself with its header.  A row
# names a room and the rooms that it may include, all of them used.  Everyone
# may also include libc, include/, config.h and the libraries that the core is
# built on.  Floors are computed: a room is one above the highest that its row
# names.
set -u
src=${top_srcdir:-.}/src
backends=${top_srcdir:-.}/backends
hacking=${top_srcdir:-.}/HACKING

rules='
base
names base
wire base names
plug base
net base
policy base names wire
explain base names wire plug policy
event base wire
pki base wire
fault base names wire net event
cli base wire plug
staple base wire net event
service plug policy event fault staple
load base names wire cli plug pki policy fault service staple
shadow base wire plug event service compare
conn base names wire net policy event fault service staple explain shadow
compare base names wire plug net policy
report base names wire event plug compare explain
recorded base names wire plug
dissect base names wire report
sink base names wire event report service compare
expect base names wire event plug
app base wire net conn report service shadow
serve base net fault conn app service shadow
run base net wire plug pki serve
cmd base names plug policy cli app expect load net run serve sink wire \
 recorded dissect shadow report compare service
main base cmd
'
rules=$(echo "$rules" | sed -e ':a' -e '/\\$/N' -e 's/ *\\\n */ /' -e 'ta')

# A room without a row here is a toolbox: every header is for outsiders.  Of
# the others they include only these.
doors='
plug plug.h plugs.h quiet.h
policy corrections.h policy.h psk.h store.h verify.h
cli cli.h option.h value.h
load load.h meaning.h
cmd cmd.h s_server.h
serve serve.h
run run.h
staple stapler.h
conn conn.h
explain explain.h
sink sink.h
expect expect.h
app app.h
pki pki.h
fault fault.h
compare compare.h
recorded recorded.h
dissect dissect.h
shadow shadow.h
'

# Headers of the system and of the libraries of the core, as patterns.
system='arpa/* assert.h ctype.h dirent.h dlfcn.h errno.h event2/* fcntl.h ftw.h
inttypes.h jansson.h limits.h linux/* math.h md5.h net/* netdb.h netinet/*
nghttp2/* poll.h pthread.h sched.h setjmp.h sha2.h signal.h spawn.h
stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h
string.h strings.h sys/* termios.h time.h unistd.h'

number=0

# says 0|1 NAME: one line of TAP
says() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
	fi
}

# included FILE...: what these include between quotes
included() {
	sed -n 's|^ *# *include *"\([^"]*\)".*|\1|p' "$@" | sort -u
}

# floors: "FLOOR ROOM" for every row; -1 for a room that is above itself
floors() {
	echo "$rules" | awk '
	NF {
		row[++num] = $1
		for (i = 2; i <= NF; i++)
			may[$1] = may[$1] " " $i
	}
	END {
		for (round = 0; round <= num + 1; round++)
			for (r = 1; r <= num; r++) {
				high = 1
				k = split(may[row[r]], below, " ")
				for (i = 1; i <= k; i++)
					if (floor[below[i]] >= high)
						high = floor[below[i]] + 1
				floor[row[r]] = high
			}
		for (r = 1; r <= num; r++)
			print (floor[row[r]] > num ? -1 : floor[row[r]]), row[r]
	}'
}

# files_of ROOM
files_of() {
	if [ -d "$src/$1" ]; then
		echo "$src/$1"/*.[ch]
		return
	fi
	ls "$src/$1".[ch] 2>/dev/null
}

# picture: the table of HACKING
picture() {
	floors | while read -r floor room; do
		if [ -d "$src/$room" ]; then
			echo "$floor $room/"
		elif [ -f "$src/$room.c" ]; then
			echo "$floor src/$room.c"
		else
			echo "$floor src/$room.h"
		fi
	done | awk '
	{
		floor = $1
		$1 = ""
		line[floor] = line[floor] $0
		if (floor > top)
			top = floor
	}
	END {
		side[2] = "backends/NAME/"
		side[1] = "backends/common/"
		for (i = top; i > 0; i--) {
			text = sprintf("\t%2d %s", i, line[i])
			if (side[i])
				text = sprintf("%-48s%s", text, side[i])
			print text
		}
		print "\t 0  include/ -----------------------------------------"
	}'
}

# shown: the same as it stands in HACKING
shown() {
	awk '/^\t *[0-9]+ / { print }' "$hacking"
}

case ${1-} in
-print)
	picture
	exit ;;
-write)
	picture >"$hacking.table" &&
	    awk -v table="$hacking.table" '
	    !/^\t *[0-9]+ / { print; next }
	    !done++ { while ((getline line < table) > 0) print line }' \
	    "$hacking" >"$hacking.new" && mv "$hacking.new" "$hacking"
	rm -f "$hacking.table"
	exit ;;
esac

# judge ROOM MAY: whether it includes nothing but what it may, and all of it
judge() {
	room=$1 may=$2 bad=0 all=
	for header in $(included $(files_of "$room")); do
		case $header in
		config.h | tls_*.h)
			continue ;;
		*/*)	used=${header%%/*} ;;
		*)	used=${header%.h} ;;
		esac
		[ "$used" = "$room" ] && continue
		all="$all $used"
		case " $may " in
		*" $used "*) ;;
		*)	echo "# $room includes $header"
			bad=1
			continue ;;
		esac
		door=$(echo "$doors" | awk -v r="$used" '$1 == r')
		[ -z "$door" ] && continue
		case " $door " in
		*" ${header#*/} "*) ;;
		*)	echo "# $room goes past the door: $header"
			bad=1 ;;
		esac
	done
	for used in $may; do
		case " $all " in
		*" $used "*) ;;
		*)	echo "# $room does not include $used any more"
			bad=1 ;;
		esac
	done
	says $bad "$room includes what it may"
}

rooms=$(echo "$rules" | awk 'NF { print $1 }')
echo "1..$(($(echo "$rooms" | wc -l) + 8))"

for room in $rooms; do
	judge "$room" "$(echo "$rules" | awk -v r="$room" \
	    '$1 == r { $1 = ""; print }')"
done

bad=0
for file in "$src"/*/ "$src"/*.[ch]; do
	room=$(basename "$file")
	echo "$rooms" | grep -qxF "${room%.[ch]}" && continue
	echo "# src/$room has no row here"
	bad=1
done
says $bad "every room has its rules"

bad=0
for room in $rooms; do
	[ -d "$src/$room" ] || continue
	grep -q "^	$room/  *[^ ]" "$hacking" && continue
	echo "# HACKING does not say what $room/ is"
	bad=1
done
says $bad "HACKING says what every room is"

bad=0
if floors | awk '$1 < 0 { print "# " $2 " is above itself" }' | grep .; then
	bad=1
fi
says $bad "every arrow points downwards"

bad=0
new=$(mktemp) old=$(mktemp)
trap 'rm -f "$new" "$old"' EXIT
picture >"$new"
shown >"$old"
if ! cmp -s "$old" "$new"; then
	diff "$old" "$new" | sed 's/^/# /'
	echo "# run tests/lint/layers.sh -write in the source folder"
	bad=1
fi
says $bad "HACKING shows these floors"

# Backends stand on include/ and on what they share.
bad=0
for file in $(find "$backends" -name '*.[ch]'); do
	folder=${file#"$backends/"}
	folder=${folder%%/*}
	for header in $(included "$file"); do
		case $header in
		tls_*.h | config.h) continue ;;
		common/*)
			[ -f "$backends/$header" ] && continue ;;
		*/../* | ../*) ;;
		*)	[ -f "$backends/$folder/$header" ] ||
			    [ -f "$(dirname "$file")/$header" ] && continue ;;
		esac
		echo "# $file includes $header"
		bad=1
	done
done
says $bad "backends include include/, common/ and their own folder only"

# foreign FILE...: headers between <> that are neither the system's nor of a
# library of the core
foreign() {
	grep -nE '^ *# *include *<' "$@" /dev/null |
	while IFS= read -r line; do
		header=${line#*<}
		header=${header%>*}
		known=0
		set -f
		for pattern in $system; do
			case $header in
			$pattern) known=1 ;;
			esac
		done
		[ $known -eq 1 ] || echo "# $line"
	done
}

bad=0
foreign $(find "$src" "${top_srcdir:-.}/include" -name '*.[ch]') |
    grep . && bad=1
says $bad "the core includes no TLS library"

bad=0
if [ -d "$backends/common" ]; then
	foreign "$backends"/common/*.[ch] | grep . && bad=1
fi
says $bad "what backends share includes no TLS library"

bad=0
included $(find "${top_srcdir:-.}/include" -name '*.h') |
    grep -v '^tls_[a-z]*\.h$' | sed 's/^/# include\/ includes /' |
    grep . && bad=1
says $bad "the contract includes only itself"
exit 0
