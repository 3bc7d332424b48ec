"""test_h2.py - HTTP/2: what is answered, and what a client cannot do with it

SPDX-License-Identifier: Apache-2.0
Reference: RFC 9113
"""
import json
import struct
import subprocess

import pytest

import servers
from clients import call, connect, fetch, need, read_all, read_exactly
from test_clients import browser

ALPN = ("-alpn", "h2,http/1.1")

# Does this build speak it?
BUILT = "nghttp2" in json.loads(servers.run("version", "-json").stdout) and \
    json.loads(servers.run("version", "-json").stdout)["nghttp2"]
spoken = pytest.mark.skipif(not BUILT, reason="built without nghttp2")


def curl(there, pki, path, *args, version="tls1_3", status=0):
    return call(need("curl"), "-sS", "--http2", "--cacert", pki.ca.cert,
        "--tls-max", version[3:].replace("_", "."), "-w",
        "\n%{http_version} %{http_code}", *args,
        "https://localhost:%d%s" % (there.port, path), status=status)


@spoken
def test_answers_curl(server, pki, backend, version):
    there = server("-www", *ALPN)
    assert "<h1>Connected with" in curl(there, pki, "/", version=version)
    body, last = curl(there, pki, "/json", version=version).rsplit("\n", 1)
    assert last == "2 200"
    assert json.loads(body)["facts"]["alpn"] == "h2"
    assert json.loads(body)["request"]["host"] == "localhost:%d" % there.port
    assert curl(there, pki, "/stats", "-I", version=version).startswith(
        "HTTP/2 200")
    said = curl(there, pki, "/", "-d", "a=b", version=version)
    assert said.endswith("2 405") and "only GET and HEAD" in said
    assert fetch(there, pki, version=version).line == "HTTP/1.1 200 OK"


@spoken
def test_reads_past_a_body_that_is_too_long(server, pki, backend, tmp_path):
    there = server("-www", *ALPN)
    (tmp_path / "long").write_bytes(bytes(3 << 20))
    said = curl(there, pki, "/", "--data-binary", "@%s" % (tmp_path / "long"),
        version="tls1_2")
    assert said.endswith("2 413")


@spoken
def test_serves_files(server, pki, backend, version, tmp_path):
    (tmp_path / "large.bin").write_bytes(bytes(range(256)) * 12288)
    (tmp_path / "none.txt").write_bytes(b"")
    there = server("-WWW", "-root", tmp_path, *ALPN)
    curl(there, pki, "/large.bin", "-o", str(tmp_path / "copy"),
        version=version)
    assert (tmp_path / "copy").read_bytes() == \
        (tmp_path / "large.bin").read_bytes()
    assert curl(there, pki, "/none.txt", version=version) == "\n2 200"
    assert curl(there, pki, "/missing", version=version).endswith("2 404")


@spoken
def test_explains_why_it_does_not_renegotiate(server, pki, backend):
    there = server("-www", *ALPN)
    said = curl(there, pki, "/renegcert", version="tls1_2")
    assert "HTTP/2 has neither renegotiation" in said
    assert said.endswith("2 501")


@spoken
def test_answers_many_requests_of_nghttp(server, pki, backend):
    there = server("-www", *ALPN)
    said = call(need("nghttp"), "-n", "-s", "-m", "200", "--no-verify-peer",
        "https://localhost:%d/" % there.port)
    there.stop()
    assert len(there.events("request")) == 200
    assert len(there.events("accepted")) == 1
    assert said.count(" 200 ") >= 200


@spoken
def test_shows_itself_in_a_browser(server, pki, backend, tmp_path):
    there = server("-www", *ALPN)
    done = subprocess.run([browser(), "--headless=new", "--no-sandbox",
        "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
        "--disable-background-networking", "--no-first-run",
        "--disable-quic", "--ignore-certificate-errors",
        "--user-data-dir=%s" % (tmp_path / "profile"), "--dump-dom",
        "https://localhost:%d/json" % there.port],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=4 * servers.DEADLINE)
    assert '"alpn": "h2"' in done.stdout.decode("utf-8", "replace")


# ---- a client of our own ---------------------------------------------------

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, END_HEADERS = 1, 4
# HPACK: :method GET, :scheme https, :path /, and :authority a
GET = b"\x82\x87\x84\x41\x01a"
CALM = 11


def frame(kind, flags=0, stream=0, body=b""):
    return struct.pack("!I", len(body))[1:] + bytes([kind, flags]) + \
        struct.pack("!I", stream) + body


def get(stream):
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, GET)


def frames(peer):
    """What the server sends, until it closes."""
    while True:
        try:
            head = read_exactly(peer, 9)
        except (AssertionError, OSError):
            return
        length = int.from_bytes(head[:3], "big")
        yield head[3], int.from_bytes(head[5:9], "big"), \
            read_exactly(peer, length)


def open_h2(there, pki, settings=b""):
    peer = connect(there, pki, alpn=["h2"])
    assert peer.selected_alpn_protocol() == "h2"
    peer.sendall(PREFACE + frame(SETTINGS, body=settings))
    return peer


def sent_away(there, pki, attack):
    """Sends `attack` piece by piece; the error of the GOAWAY that came."""
    with open_h2(there, pki) as peer:
        try:
            for piece in attack:
                peer.sendall(piece)
        except OSError:
            pass
        codes = [struct.unpack("!I", body[4:8])[0]
            for kind, _, body in frames(peer) if kind == GOAWAY]
    assert fetch(there, pki).status == 200
    return codes


@spoken
def test_sends_away_who_resets_every_stream(server, pki):
    there = server("-www", *ALPN, backend="openssl")
    assert sent_away(there, pki, (get(1 + 2 * i) +
        frame(RST, stream=1 + 2 * i, body=struct.pack("!I", 8))
        for i in range(5000))) == [CALM]
    # Not one page was made for each.
    assert len(there.events("request")) < 400


@spoken
@pytest.mark.parametrize("kind", [SETTINGS, PING])
def test_sends_away_who_says_nothing_all_the_time(server, pki, kind):
    there = server("-www", *ALPN, backend="openssl")
    piece = frame(kind, body=bytes(8) if kind == PING else b"")
    codes = sent_away(there, pki, (piece * 100 for _ in range(200)))
    assert codes == [CALM]


@spoken
def test_ends_an_endless_head(server, pki):
    there = server("-www", *ALPN, backend="openssl")
    piece = frame(CONTINUATION, 0, 1, b"\x00\x01a\x7f\x81\x7d" + b"a" * 252)

    def attack():
        yield frame(HEADERS, END_STREAM, 1, GET)
        for _ in range(2000):
            yield piece
    codes = sent_away(there, pki, attack())
    assert len(codes) == 1 and codes[0] != 0
    assert not [one for one in there.events("request") if one["conn"] == 1]


@spoken
def test_waits_for_a_client_that_does_not_read(server, pki):
    """Its windows are closed: most pages are not made."""
    there = server("-www", *ALPN, backend="openssl")
    with open_h2(there, pki, struct.pack("!HI", 4, 0)) as peer:
        peer.sendall(b"".join(get(1 + 2 * i) for i in range(100)))
        heads = 0
        peer.sendall(frame(PING, body=b"12345678"))
        for kind, _, _ in frames(peer):
            assert kind != DATA
            heads += kind == HEADERS
            if kind == PING:
                break
    assert 0 < len(there.events("request")) < 50


@spoken
def test_says_goodbye_at_the_end(server, pki, backend):
    there = server("-www", *ALPN)
    with open_h2(there, pki) as peer:
        peer.sendall(get(1))
        there.wait("request", conn=1)
        there.process.terminate()
        kinds = [(kind, body[4:8]) for kind, _, body in frames(peer)]
    assert (GOAWAY, bytes(4)) in kinds


def test_strictly_the_reference_has_none(server, pki):
    there = server("-www", *ALPN, "-strict_s_server", backend="openssl")
    with connect(there, pki, alpn=["h2"]) as peer:
        assert peer.selected_alpn_protocol() == "h2"
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_all(peer).startswith(b"HTTP/1.0 200 ok\r\n")


def test_whole_responses_are_not_for_it(server, pki, tmp_path):
    (tmp_path / "a").write_bytes(b"HTTP/1.0 200 ok\r\n\r\nhello")
    there = server("-HTTP", "-root", tmp_path, *ALPN, backend="openssl")
    with connect(there, pki, alpn=["h2", "http/1.1"]) as peer:
        assert peer.selected_alpn_protocol() == "http/1.1"
    there.stop()
    assert "-alpn: h2 is not offered: the files of -HTTP" in there.err.text()
