#!/bin/sh
# suite.sh - a suite as others write them around openssl s_server
# SPDX-License-Identifier: Apache-2.0
#
#	suite.sh -list		the names of the cases, with what each needs
#	suite.sh NAME		plays one, and prints its verdict
#
# OPENSSL is the program whose s_server is tried, REAL the openssl that is the
# client; certificates are in the current directory.  A verdict is whether the
# client succeeded, then + or - for each pattern that is looked for in what the
# client ("c") or the server ("s") printed; or "refused", if the server did not
# start; or the server's exit status, if there is no client.

: "${OPENSSL:=openssl}" "${REAL:=openssl}"

# Name | features and options needed | options of the server | options of the
# client, "none": there is none | patterns
cases() {
	# A row goes on after a line that ends with a backslash.
	sed -e :more -e '/\\$/{' -e N -e 's/\\\n *//' -e 'b more' -e '}' <<'END'
page-1.2|tls1_2|-www -tls1_2||c:^HTTP/1.0 200 ok;c:TLSv1.2
page-1.3|tls1_3|-www -tls1_3||c:^HTTP/1.0 200 ok;c:TLSv1.3
newest-version||-www|-tls1_2|c:Protocol *: TLSv1.2
only-1.2-for-1.3|tls1_3|-www -tls1_2|-tls1_3|c:HTTP/1.0 200
only-1.3-for-1.2|tls1_3|-www -tls1_3|-tls1_2|c:HTTP/1.0 200
without-1.3||-www -no_tls1_3||c:^HTTP/1.0 200 ok;c:TLSv1.2
old-version|tls1|-www -tls1 -cipher ALL:@SECLEVEL=0|\
    -tls1 -cipher ALL:@SECLEVEL=0|c:^HTTP/1.0 200 ok
suite-gcm||-www -cipher ECDHE-RSA-AES128-GCM-SHA256|-tls1_2|\
    c:ECDHE-RSA-AES128-GCM-SHA256
suite-cbc||-www -cipher ECDHE-RSA-AES256-SHA384|-tls1_2|\
    c:ECDHE-RSA-AES256-SHA384
suite-chacha||-www -cipher ECDHE-RSA-CHACHA20-POLY1305|-tls1_2|\
    c:ECDHE-RSA-CHACHA20-POLY1305
suite-static-rsa||-www -cipher AES128-SHA|-tls1_2|c:Cipher is AES128-SHA
suite-dhe||-www -cipher DHE-RSA-AES128-GCM-SHA256|-tls1_2|\
    c:DHE-RSA-AES128-GCM-SHA256
suite-dhe-given|dhparam|-www -dhparam dh.pem -cipher DHE|-tls1_2|\
    c:HTTP/1.0 200;s:Setting temp DH parameters
suite-none-in-common||-www -cipher AES128-SHA|-tls1_2 -cipher AES256-SHA|\
    c:HTTP/1.0 200;c:alert handshake failure
suite-1.3|tls1_3|-www -ciphersuites TLS_AES_256_GCM_SHA384|-tls1_3|\
    c:TLS_AES_256_GCM_SHA384
order-of-the-client|serverpref|-www|-tls1_2 -cipher AES128-SHA:AES256-SHA|\
    c:Cipher is AES128-SHA
order-of-the-server|serverpref|\
    -www -serverpref -cipher AES256-SHA:AES128-SHA|\
    -tls1_2 -cipher AES128-SHA:AES256-SHA|c:Cipher is AES256-SHA
anonymous|anonymous|-www -nocert -cipher aNULL:@SECLEVEL=0|\
    -tls1_2 -cipher aNULL:@SECLEVEL=0|c:HTTP/1.0 200
bare-nocert||-www -nocert|-tls1_2|c:HTTP/1.0 200
group||-www -groups P-384|-tls1_2|c:secp384r1
group-after-retry|tls1_3|-www -groups P-384 -tls1_3|-groups X25519:P-384|\
    c:secp384r1
group-none-in-common|tls1_3|-www -groups P-384 -tls1_3|-groups X25519|\
    c:HTTP/1.0 200
sigalgs|sigalgs|-www -sigalgs RSA+SHA384|-tls1_2|c:Peer signing digest: SHA384
second-certificate|dcert|-www -dcert ecdsa.pem|\
    -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256|c:HTTP/1.0 200
alpn|alpn|-www -alpn h2,http/1.1|-alpn http/1.1|c:ALPN protocol: http/1.1
alpn-none-in-common|alpn|-www -alpn h2|-alpn http/1.1|c:HTTP/1.0 200
no-alpn|alpn|-www -alpn h2||c:No ALPN negotiated;c:HTTP/1.0 200
name||-www -servername two.example -cert2 ecdsa.pem|\
    -servername two.example -tls1_2|c:HTTP/1.0 200;c:Cipher is ECDHE-ECDSA
name-unknown||-www -servername two.example -cert2 ecdsa.pem|\
    -servername other.example -tls1_2|c:HTTP/1.0 200;c:Cipher is ECDHE-RSA
name-unknown-fatal||\
    -www -servername two.example -cert2 ecdsa.pem -servername_fatal|\
    -servername other.example|c:HTTP/1.0 200;c:unrecognized name
fatal-without-a-name||-www -servername_fatal|-servername other.example|\
    c:HTTP/1.0 200
client-asked-none|verify|-www -verify 3 -CAfile ca.pem|-tls1_2|\
    c:HTTP/1.0 200;s:verify depth is 3
client-asked-good|verify|-www -verify 3 -CAfile ca.pem|-cert client.pem|\
    c:HTTP/1.0 200;s:depth=0.*client;s:verify error
client-asked-stranger|verify|-www -verify 3 -CAfile ca.pem|\
    -cert stranger.pem|c:HTTP/1.0 200;s:verify error:num=18
client-stranger-fatal|verify|\
    -www -verify 3 -CAfile ca.pem -verify_return_error|-cert stranger.pem|\
    c:HTTP/1.0 200
client-required-none-1.2|verify|-www -Verify 3 -CAfile ca.pem|-tls1_2|\
    c:HTTP/1.0 200
client-required-none-1.3|verify tls1_3|-www -Verify 3 -CAfile ca.pem|\
    -tls1_3|c:HTTP/1.0 200
client-required-good|verify|-www -Verify 3 -CAfile ca.pem|\
    -cert client.pem -tls1_2|c:HTTP/1.0 200
psk-1.2|psk|-www -nocert -psk 1a2b3c -cipher PSK|\
    -tls1_2 -psk 1a2b3c -cipher PSK|c:HTTP/1.0 200
psk-1.2-wrong|psk|-www -nocert -psk 1a2b3c -cipher PSK|\
    -tls1_2 -psk 112233 -cipher PSK|c:HTTP/1.0 200
psk-suites-without-a-key|psk|-www -cipher PSK|\
    -tls1_2 -psk 1a2b3c -cipher PSK|c:HTTP/1.0 200
no-tickets||-www -no_ticket|-tls1_2|\
    c:TLS session ticket:;c:Session-ID: [0-9A-F]
tickets||-www|-tls1_2|c:TLS session ticket:
npn|npn|-www -nextprotoneg http/1.1 -tls1_2|\
    -tls1_2 -nextprotoneg http/1.1|c:Next protocol: .1. http/1.1
status-without-a-responder|status|-www -status|-status -tls1_2|\
    c:OCSP response: no response sent
states|state|-www -state|-tls1_2|s:^SSL_accept:;s:SSL3 alert
messages|msg|-www -msg -tls1_2|-tls1_2|\
    s:^<<< .*ClientHello;s:^>>> .*ServerHello
extensions||-www -tlsextdebug|-servername a.example|\
    s:^TLS client extension "server name" .id=0.
bytes||-www -debug|-tls1_2|s:^read from ;s:^0000 - 16 03 01
files||-WWW|-tls1_2|c:HTTP/1.0 200 ok;s:^FILE:
responses||-HTTP|-tls1_2|c:HTTP/1.0 299 mine;c:HTTP/1.0 200
reversed||-rev|-tls1_2|c:0.1/PTTH
no-dhparam-file||-www -dhparam nowhere.pem|-tls1_2|\
    c:HTTP/1.0 200;s:Using default temp DH parameters
unhashed-directory|verify|-www -verify 1 -CApath .|-tls1_2|c:HTTP/1.0 200
list-of-sigalgs|sigalgs|-www -sigalgs RSA+SHA256:DSA+SHA256|-tls1_2|\
    c:HTTP/1.0 200
one-connection||-www -naccept 1|-tls1_2|c:HTTP/1.0 200
no-option||-nonsense|none|
no-file||-cert nowhere.pem|none|
no-name-of-a-group||-groups nonsense|none|
version-twice||-tls1_2 -tls1_3|none|
help||-help|none|
END
}

request() {
	case $1 in
	-WWW*|-HTTP*) printf 'GET /page.html HTTP/1.0\r\n\r\n' ;;
	*) printf 'GET / HTTP/1.0\n\r\n' ;;
	esac
}

# Starts the server and leaves its port in $port; false if it does not start.
start() {
	mkfifo "$work/out"
	# shellcheck disable=SC2086
	"$OPENSSL" s_server $common $1 </dev/null >"$work/out" \
	    2>"$work/server.err" &
	server=$!
	exec 3<"$work/out"
	port=
	while [ -z "$port" ] && read -r line <&3; do
		echo "$line" >>"$work/server"
		case $line in
		ACCEPT*) port=${line##*:} ;;
		esac
	done
	[ "$port" ] || return 1
	cat <&3 >>"$work/server" &
	reader=$!
}

# Runs the client; its exit status.
visit() {
	# shellcheck disable=SC2086
	request "$2" | timeout 10 "$REAL" s_client -ign_eof \
	    -connect "127.0.0.1:$port" $1 >"$work/client" 2>&1
}

look_for() {
	IFS=';'
	for check in $1; do
		case $check in
		c:*) set -- "$work/client" ;;
		s:*) set -- "$work/server" "$work/server.err" ;;
		esac
		if grep -a -q -e "${check#?:}" "$@"; then
			printf +
		else
			printf -- -
		fi
	done
	unset IFS
}

play() {
	row=$(cases | grep "^$1|") || { echo "no case $1" >&2; exit 2; }
	IFS='|' read -r _ _ options client checks <<END
$row
END
	work=$(mktemp -d) || exit 2
	trap 'rm -rf "$work"' EXIT
	common="-accept 127.0.0.1:0 -cert rsa.pem"
	case " $options " in
	*" -nocert "*|*" -cert "*) common="-accept 127.0.0.1:0" ;;
	esac
	: >"$work/client"
	: >"$work/server"
	if [ "$client" = none ]; then
		# shellcheck disable=SC2086
		"$OPENSSL" s_server $common $options </dev/null >/dev/null 2>&1
		echo "status $?"
		return
	fi
	if ! start "$options"; then
		wait "$server"
		echo refused
		cat "$work/server.err" >&2
		return
	fi
	if visit "$client" "$options"; then
		verdict=0
	else
		verdict=1
	fi
	case $options in
	*-naccept*) ;;
	*) kill "$server" ;;
	esac
	wait "$server"
	verdict="$verdict $(case $? in 0) echo ended ;; *) echo killed ;; esac)"
	wait "$reader"
	echo "$verdict $(look_for "$checks")"
	cat "$work/server.err" >&2
}

case $1 in
-list) cases | cut -d '|' -f 1-3 ;;
*) play "$1" ;;
esac
