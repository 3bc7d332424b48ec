#!/bin/sh
# style.sh - first lines, licences, widths, and words that must not be there
# SPDX-License-Identifier: Apache-2.0
set -u
top=${top_srcdir:-.}
cd "$top" || exit 99

number=0

# says NAME FOUND: ok when nothing was found, else it is shown
says() {
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

c_files=$(find src include backends tests bench -name '*.[ch]' | sort)
def_files=$(find src include backends -name '*.def' | sort)
headers=$(find src include backends tests bench -name '*.h' | sort)
scripts=$(find tests bench -name '*.sh' -o -name '*.py' | sort)

echo "1..13"

first_lines() {
	for file in $c_files $def_files; do
		head -n 1 "$file" | awk -v b="${file##*/}" -v f="$file" '
		    { sub(/^\/\* ([a-z]+\/)*/, "/* ") }
		    index($0, "/* " b " - ") != 1 { print f ": " $0 }'
	done
}
says "the first line names the file and says what it is" "$(first_lines)"

# lacking LINES PATTERN FILE...: those without it in their first lines
lacking() {
	lines=$1 pattern=$2
	shift 2
	for file in "$@"; do
		head -n "$lines" "$file" | grep -q "$pattern" || echo "$file"
	done
}
licence='SPDX-License-Identifier: Apache-2.0'
says "the second line names the licence" \
    "$(lacking 2 "$licence" $c_files $def_files)"
says "the contract and its example are under MIT as well" \
    "$(lacking 2 "$licence OR MIT" include/*.h backends/null/*.c)"
says "scripts name their licence" "$(lacking 4 "$licence" $scripts)"

# It is indented by a tab after the star; examples.sh compiles it.
says "every header begins with an example" \
    "$(lacking 60 '^ \*	' $headers)"

# Rows of a table that a macro makes may be longer.
wide() {
	for file in $c_files $scripts; do
		expand "$file" | awk -v f="$file" '
		    { gsub(/[\200-\277]/, "") }
		    /^[A-Z]+\(.*\)( \\)?$/ { next }
		    length($0) > 80 { print f ":" NR ": " length($0) }'
	done
}
says "lines have at most 80 columns" "$(wide)"

says "no line ends in white space" \
    "$(grep -nE '[[:space:]]+$' $c_files $def_files $scripts)"

# A file that exceeds the limit says why at the top.
long() {
	for file in $c_files; do
		lines=$(wc -l < "$file")
		[ "$lines" -le 550 ] ||
		    head -n 20 "$file" | grep -q 'Longer than' ||
		    echo "$file: $lines lines"
	done
}
says "files have about 500 lines at most" "$(long)"

# In code: comments and texts for users may name them.
named() {
	for file in $(find src include -name '*.[ch]'); do
		awk -v f="$file" '
		{
			line = $0
			# Strings, then comments, whole and across lines.
			gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
			if (inside) {
				if (!match(line, /\*\//))
					next
				line = substr(line, RSTART + 2)
				inside = 0
			}
			gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
			if (match(line, /\/\*/)) {
				line = substr(line, 1, RSTART - 1)
				inside = 1
			}
			if (tolower(line) ~ /gnutls|mbed_?tls|nettle|wolfssl/ ||
			    line ~ /HAVE_(OPENSSL|GNUTLS|MBEDTLS)/ ||
			    line ~ /(SSL_CTX|EVP|BIO|ERR)_[a-z]/)
				print f ":" NR ": " $0
		}' "$file"
	done
}
says "code of the core names no TLS library" "$(named)"

# Macros that compat.h makes say HAS or COMPAT.
told_apart() {
	libraries='(OPENSSL|SSL|GNUTLS|MBEDTLS|LIBRESSL)'
	find backends -name '*.[ch]' ! -name 'compat.[ch]' -exec grep -nHE \
	    -e "\\b${libraries}_VERSION_(NUMBER|MAJOR|MINOR|PATCH)\\b" \
	    -e "^ *# *(el)?if.*\\b${libraries}_[A-Z]" {} + |
	    grep -vE ':# *ifndef [A-Z_]*_H$|_HAS_'
}
says "versions of a library are told apart in compat.h and compat.c" \
    "$(told_apart)"

# Waiting by time is no waiting.
sleeping='\b(time\.sleep|usleep|nanosleep)\b|^[^#]*\bsleep [0-9]'
says "no test sleeps" "$(grep -nE "$sleeping" $scripts |
    grep -v '^tests/lint/')"

says "backends/local.mk is what backends/modules.sh makes" \
    "$(backends/modules.sh configure.ac | diff backends/local.mk -)"

marks='\b(TO''DO|FIX''ME|X''XX)\b'
says "nothing is left to be done later" \
    "$(grep -nE "$marks" $c_files $def_files $scripts)"
exit 0
