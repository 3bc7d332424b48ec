#!/bin/sh
# layers.sh - who may include whom; the table is the rule
# SPDX-License-Identifier: Apache-2.0
#
# A room is a folder of src/.  Everyone may also include libc, include/, its
# own folder, config.h and the libraries that the core is built on.
# "base/..." are toolboxes, of which every header is public; of a room with a
# door outsiders include the headers that are named here alone.
set -u
src=${top_srcdir:-.}/src
backends=${top_srcdir:-.}/backends

rules='
base
names base
wire base
net base settings
plug base settings
policy base names wire settings
event base wire
pki base wire plug
cli base wire plug settings
load base names wire plug pki policy settings
status base wire net event settings
conn base wire net plug policy event status settings
report base names wire event
sink base names wire event report settings
app base wire net event conn report settings
serve base plug policy event status conn net app settings
cmd base plug cli
.  base cli cmd load plug policy event conn serve sink settings
'

doors='
plug plug.h
policy policy.h psk.h store.h verify.h
cli cli.h options.h
load load.h
cmd cmd.h
serve serve.h
status status.h
conn conn.h
sink sink.h
app app.h
pki pki.h
'

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

# judge ROOM FILES MAY: whether these include nothing but what they may
judge() {
	room=$1 files=$2 may=$3 bad=0
	for header in $(included $files); do
		case $header in
		config.h | tls_*.h)
			continue ;;
		*/*)	used=${header%%/*} ;;
		*)	used=${header%.h} ;;
		esac
		[ "$used" = "$room" ] && continue
		case " $may " in
		*" $used "*) ;;
		*)	echo "# src/$room includes $header"
			bad=1
			continue ;;
		esac
		door=$(echo "$doors" | awk -v r="$used" '$1 == r')
		[ -z "$door" ] && continue
		case " $door " in
		*" ${header#*/} "*) ;;
		*)	echo "# src/$room goes past the door: $header"
			bad=1 ;;
		esac
	done
	says $bad "src/$room includes what it may"
}

rooms=$(echo "$rules" | awk 'NF { print $1 }')
echo "1..$(($(echo "$rooms" | wc -l) + 3))"

for room in $rooms; do
	may=$(echo "$rules" | awk -v r="$room" \
	    '$1 == r { $1 = ""; print }')
	if [ "$room" = . ]; then
		judge . "$(echo "$src"/*.[ch])" "$may"
	else
		judge "$room" "$(echo "$src/$room"/*.[ch])" "$may"
	fi
done

bad=0
for folder in "$src"/*/; do
	room=$(basename "$folder")
	echo "$rooms" | grep -qx "$room" && continue
	echo "# src/$room has no row here"
	bad=1
done
says $bad "every room has its rules"

# Backends stand on include/ alone.
bad=0
for file in "$backends"/*/*.[ch]; do
	folder=$(dirname "$file")
	for header in $(included "$file"); do
		case $header in
		tls_*.h | config.h) continue ;;
		esac
		[ -f "$folder/$header" ] && [ "${header#*/}" = "$header" ] &&
		    continue
		echo "# $file includes $header"
		bad=1
	done
done
says $bad "backends include include/ and their own folder alone"

# The core includes no TLS library.
bad=0
if grep -rnE '# *include *<(openssl|gnutls|mbedtls|psa|nettle|nss)' \
    "$src" "${top_srcdir:-.}/include" | sed 's/^/# /' | grep .; then
	bad=1
fi
says $bad "the core includes no TLS library"
exit 0
