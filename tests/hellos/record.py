"""record.py - records the hellos of the clients that are installed

SPDX-License-Identifier: Apache-2.0

    python3 record.py >debian-12.txt

One entry a client and set of options: "= NAME", the hello in hex, and a line
"> WHAT MUST COME OUT", which check.py writes.  Only the loopback is used.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile


OPENSSL = """
|-tls1|-tls1 -cipher DEFAULT@SECLEVEL=0|-tls1_1 -cipher DEFAULT@SECLEVEL=0
-tls1_2|-tls1_3|-no_tls1_3|-no_tls1_2|-servername a.example|-noservername
-alpn h2,http/1.1|-alpn http/1.0|-nextprotoneg http/1.1 -tls1_2|-status
-cipher ECDHE+AESGCM|-cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0|-cipher PSK -psk 00
-cipher RC4:@SECLEVEL=0:HIGH|-ciphersuites TLS_AES_128_CCM_SHA256
-ciphersuites TLS_CHACHA20_POLY1305_SHA256 -tls1_3|-groups P-256|-groups X448
-groups X25519:P-521:ffdhe2048|-groups ffdhe8192:ffdhe2048 -tls1_3
-sigalgs RSA+SHA1 -tls1_2|-sigalgs ed25519:ECDSA+SHA256|-psk 0102030405060708
-psk 0102030405060708 -psk_identity somebody -tls1_3|-no_ticket|-bugs|-comp
-legacy_renegotiation|-no_etm|-maxfraglen 512|-maxfraglen 4096|-ct
-serverinfo 18,1000,2000|-srpuser user -srppass pass -cipher SRP -tls1_2
-use_srtp SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM -tls1_2|-enable_pha
-fallback_scsv -tls1_2|-no_middlebox|-security_debug -tls1_3
-allow_no_dhe_kex|-prefer_no_dhe_kex|-client_sigalgs RSA+SHA256
-max_send_frag 512|-split_send_frag 512|-requestCAfile CERT|-curves secp256k1
-curves brainpoolP256r1:brainpoolP384r1:brainpoolP512r1
-no_extended_master_secret
-enable_server_rpk|-enable_client_rpk -enable_server_rpk|-cert_comp
-groups X25519MLKEM768|-groups MLKEM512:MLKEM768:MLKEM1024 -tls1_3
-groups SecP256r1MLKEM768:SecP384r1MLKEM1024|-sigalgs mldsa65:mldsa44 -tls1_3
""".replace("\n", "|").split("|")

GNUTLS = """
NORMAL|NORMAL:-VERS-ALL:+VERS-TLS1.3|NORMAL:-VERS-ALL:+VERS-TLS1.2
NORMAL:-VERS-ALL:+VERS-TLS1.1|NORMAL:-VERS-ALL:+VERS-TLS1.0|SECURE256|SUITEB128
SUITEB192|PERFORMANCE|PFS|LEGACY|NORMAL:%COMPAT|NORMAL:%NO_EXTENSIONS
NORMAL:%FALLBACK_SCSV|NORMAL:%DISABLE_SAFE_RENEGOTIATION|NORMAL:%NO_TICKETS
NORMAL:%NO_ETM|NORMAL:%NO_SESSION_HASH|NORMAL:%DUMBFW
NORMAL:%LATEST_RECORD_VERSION|NORMAL:%SSL3_RECORD_VERSION
NORMAL:-GROUP-ALL:+GROUP-X25519|NORMAL:-GROUP-ALL:+GROUP-X448
NORMAL:-GROUP-ALL:+GROUP-FFDHE2048|NORMAL:+ARCFOUR-128:+3DES-CBC
NORMAL:+ANON-ECDH
NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK|NORMAL:+SIGN-ALL
NORMAL:-SIGN-ALL:+SIGN-EDDSA-ED25519|NORMAL:-CIPHER-ALL:+AES-128-CCM-8
NORMAL:+CTYPE-CLI-ALL:+CTYPE-SRV-ALL|NORMAL:+GROUP-ALL
NORMAL:-GROUP-ALL:+GROUP-X25519-MLKEM768|NORMAL:+GROUP-X25519-MLKEM768
NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE
NORMAL:-KX-ALL:+SRP-RSA:-VERS-TLS1.3
""".replace("\n", "|").split("|")

GNUTLS_MORE = [["--alpn", "h2", "--alpn", "http/1.1"], ["--no-ocsp"],
    ["--disable-sni"], ["--sni-hostname", "other.example"],
    ["--pskusername", "me", "--pskkey", "0102", "--priority",
        "NORMAL:+ECDHE-PSK"],
    ["--recordsize", "512"], ["--disable-extensions"],
    ["--compress-cert", "zlib"], ["--compress-cert", "zlib",
        "--compress-cert", "brotli"], ["--heartbeat"],
    ["--srtp-profiles", "SRTP_AES128_CM_HMAC_SHA1_80"],
    ["--post-handshake-auth"], ["--single-key-share"]]

CURL = [[], ["--tlsv1.3"], ["--tls-max", "1.2"], ["--tlsv1.0", "--tls-max",
    "1.0"], ["--http1.1"], ["--http2"], ["--no-alpn"], ["--cert-status"],
    ["--ciphers", "AES128-SHA"], ["--curves", "X25519"],
    ["--tls13-ciphers", "TLS_AES_128_GCM_SHA256"], ["--ssl-allow-beast"],
    ["--no-sessionid"], ["--false-start"]]

PYTHON = ["", "c.set_alpn_protocols(['h2', 'http/1.1'])",
    "c.maximum_version = ssl.TLSVersion.TLSv1_2",
    "c.minimum_version = ssl.TLSVersion.TLSv1_3",
    "c.set_ciphers('ECDHE+CHACHA20')", "c.set_ecdh_curve('secp384r1')",
    "c.options |= ssl.OP_NO_TICKET", "c.post_handshake_auth = True",
    "c.set_npn_protocols(['http/1.1'])",
    "c.set_ciphers('ALL:@SECLEVEL=0'); c.minimum_version = "
    "ssl.TLSVersion.TLSv1"]

CHROMIUM = [[], ["--ssl-version-max=tls1.2"], ["--ssl-version-min=tls1.3"],
    ["--disable-features=PermuteTLSExtensions"],
    ["--disable-features=PostQuantumKyber,UseMLKEM"],
    ["--disable-http2"], ["--cipher-suite-blacklist=0x1301,0xc02b"], []]


def commands(url, port, cert):
    """(name, command) of every client."""
    at = "127.0.0.1:%d" % port
    for words in OPENSSL:
        yield "openssl s_client " + words, ["openssl", "s_client",
            "-connect", at] + words.replace("CERT", cert).split()
    for words in GNUTLS:
        if words:
            yield "gnutls-cli --priority " + words, ["gnutls-cli",
                "--insecure", "-p", str(port), "--priority", words,
                "localhost"]
    for words in GNUTLS_MORE:
        yield "gnutls-cli " + " ".join(words), ["gnutls-cli", "--insecure",
            "-p", str(port), *words, "localhost"]
    for words in CURL:
        yield "curl " + " ".join(words), ["curl", "-sk", *words, url]
    for words in ([], ["--secure-protocol=TLSv1_2"],
            ["--secure-protocol=TLSv1_3"], ["--secure-protocol=PFS"],
            ["--ciphers=SECURE128"]):
        yield "wget " + " ".join(words), ["wget", "-qO-",
            "--no-check-certificate", "--tries=1", *words, url]
    for words in PYTHON:
        yield "python " + words, [sys.executable, "-W", "ignore", "-c",
            "import socket, ssl\nc = ssl.create_default_context()\n%s\n"
            "c.wrap_socket(socket.create_connection(('127.0.0.1', %d)), "
            "server_hostname='py.example')" % (words, port)]
    for words in MBEDTLS:
        yield "mbedtls " + words, ["mbedtls-client", str(port)] + \
            words.split()
    for words in CHROMIUM:
        yield "chromium " + " ".join(words), ["chromium", "--headless",
            "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--user-data-dir=" + tempfile.mkdtemp(prefix="hellos-"),
            "--ignore-certificate-errors", *words, "--dump-dom",
            url.replace("127.0.0.1", "localhost")]


# A small client of one's own, in PATH: "mbedtls-client PORT [NAME=VALUE]...".
MBEDTLS = ["", "max=1.2", "min=1.3", "name=m.example", "alpn=h2",
    "name=m.example alpn=http/1.1 max=1.2", "psk=0102", "tickets=0",
    "frag=1", "ems=0 etm=0 max=1.2"]


def read_hello(peer):
    peer.settimeout(5)
    data = b""
    while len(data) < 9 or len(data) < 5 + int.from_bytes(data[3:5], "big"):
        got = peer.recv(65536)
        if not got:
            break
        data += got
    return data


def record(listener, command, seconds):
    """The first bytes that the command sends, or none."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
    except FileNotFoundError:
        return b""
    listener.settimeout(seconds)
    data = b""
    try:
        peer, _ = listener.accept()
        with peer:
            data = read_hello(peer)
            peer.sendall(b"\x15\x03\x01\0\x02\x02\x28")
    except OSError:
        pass
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        pass
    process.wait()
    return data


def main():
    with tempfile.TemporaryDirectory() as folder:
        cert = os.path.join(folder, "cert.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048",
            "-nodes", "-subj", "/C=XX/CN=a root", "-keyout", os.devnull,
            "-out", cert], check=True, capture_output=True)
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        print("# Recorded by record.py.")
        print("# SPDX-License-Identifier: Apache-2.0")
        for name, command in commands("https://127.0.0.1:%d/" % port, port,
                cert):
            if not shutil.which(command[0]):
                continue
            data = record(listener, command,
                20 if command[0] == "chromium" else 3)
            if len(data) < 50:
                print("none from", name, file=sys.stderr)
                continue
            print("\n= " + name.strip())
            for at in range(0, len(data), 38):
                print(data[at:at + 38].hex())


if __name__ == "__main__":
    main()
