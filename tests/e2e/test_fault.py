"""test_fault.py - -fault: what goes wrong below TLS, and how clients take it

SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import signal
import socket
import ssl
import subprocess
import time

import pytest

from clients import connect, context, fetch, need, plain, read_all, \
    read_exactly
from servers import DEADLINE, run
from test_interactive import opened

# What curl(1) says of its exit codes.
OK, CONNECT, TLS, EMPTY, SEND, RECEIVE, TIMEOUT = 0, 7, 35, 52, 55, 56, 28

EOF = r"unexpected eof while reading"
RESET = r"errno=104|\Z(?<=status 104)"
MAC = r"bad record mac"
UNEXPECTED = r"unexpected message"

# The script; exit codes of curl; what openssl s_client says.
ROWS = [
    # It never begins.
    ("at accept: reset", {TLS, CONNECT, RECEIVE}, None),
    ("at accept: close", {TLS}, EOF),
    ("at accept: inject http", {TLS}, r"wrong version number|packet length"),
    ("at accept: inject junk", {TLS}, r"wrong version number|packet length"),
    ('at accept: inject text "220 mail.example ESMTP\\r\\n"', {TLS},
        r"wrong version number|packet length"),
    ("at accept: inject alert handshake_failure", {TLS},
        r"alert handshake failure"),
    ("at accept: inject warning 112; after ClientHello: close", {TLS}, EOF),
    # It ends in the handshake.
    ("after ClientHello: reset", {TLS}, None),
    ("after ClientHello: close", {TLS}, EOF),
    ("after ClientHello: inject alert 40", {TLS}, r"alert handshake failure"),
    ("after 100 bytes: reset", {TLS}, None),
    ("after 100 bytes: close", {TLS}, EOF),
    ("after 3 bytes: close", {TLS}, EOF),
    ("at ServerHello: close", {TLS}, EOF),
    ("after ServerHello: close", {TLS}, EOF),
    ("after record 1: half-close", {TLS}, EOF),
    # It is changed.
    ("at record 1: flip bit 7 of byte 1", {TLS}, UNEXPECTED),
    ("at record 1: flip bit 0 of byte 6", {TLS}, UNEXPECTED),
    ("at handshake record 1: drop", {TLS}, UNEXPECTED + "|" + MAC +
        "|invalid ccs"),
    ("at handshake record 1: duplicate", {TLS}, UNEXPECTED +
        "|bad record type"),
    ("at record 1: inject hex 170303000100", {TLS}, UNEXPECTED),
    ("at record 1: inject record 99 10", {TLS}, UNEXPECTED),
    ("at record 1: inject record handshake 20000", {TLS},
        r"length too long|too large|too long"),
    # The handshake is complete.
    ("after handshake: reset", {SEND, RECEIVE}, RESET),
    ("after handshake: close", {EMPTY, SEND, RECEIVE}, EOF),
    ("after handshake: half-close", {EMPTY, RECEIVE}, EOF),
    ("after request: reset", {RECEIVE}, RESET),
    ("after request: close", {EMPTY, RECEIVE}, EOF),
    ("after request: inject alert internal_error", {RECEIVE},
        MAC + "|bad record type"),
    # OpenSSL 3.5 lets it pass in TLS 1.3, which RFC 8446, 5 does not.
    ("after request: inject ccs", {RECEIVE, OK}, MAC +
        r"|bad record type|\Z(?<=status 0)"),
    ("after request: inject http", {RECEIVE}, r"wrong version number|" + MAC +
        "|bad record type|packet length"),
    ("after request, at record 1: flip", {RECEIVE}, MAC),
    ("after request, at record 1: drop", {RECEIVE}, MAC),
    ("after request, at record 1: duplicate", {RECEIVE}, MAC),
    ("after request, at record 1: swap", {RECEIVE}, MAC),
    ("after request, at byte 10: drop", {RECEIVE}, None),
    # It ends without close_notify: what has its length is whole.
    ("at close_notify: close", {OK}, EOF),
    ("at close_notify: reset", {OK}, RESET),
    ("at close_notify: drop", {OK}, EOF),
    # What is right, but unusual.
    ("each byte: split", {OK}, r"\Z(?<=status 0)"),
    ("each record: split", {OK}, r"\Z(?<=status 0)"),
    ("every 7 bytes: split", {OK}, r"\Z(?<=status 0)"),
    ("coalesce 20ms", {OK}, r"\Z(?<=status 0)"),
    ("each record: delay 2ms", {OK}, r"\Z(?<=status 0)"),
    ("rate 500kB/s", {OK}, r"\Z(?<=status 0)"),
    ("from client: each byte: split", {OK}, r"\Z(?<=status 0)"),
    ("from client: each record: delay 2ms", {OK}, r"\Z(?<=status 0)"),
    ("from client: coalesce 20ms", {OK}, r"\Z(?<=status 0)"),
    ("from client: rate 100kB/s", {OK}, r"\Z(?<=status 0)"),
    # What the library meets.
    ("from client: after ClientHello: reset", {TLS}, None),
    ("from client: at record 1: flip bit 0 of byte 12", {TLS},
        MAC + "|alert|digest check|decrypt|bad signature"),
    ("from client: after ClientHello: half-close", {TLS, SEND, RECEIVE},
        None),
    ("from client: at record 2: flip bit 6 of byte 1", {TLS, RECEIVE, EMPTY},
        None),
]


def curl(there, pki, *words, version=None, path="/", limit=10):
    """Its exit status and what it said."""
    only = {"tls1_2": "1.2", "tls1_3": "1.3"}.get(version)
    words = list(words) + (["--tlsv" + only, "--tls-max", only]
        if only else [])
    done = subprocess.run([need("curl"), "-sS", "--cacert", pki.ca.cert,
        "--max-time", str(limit), "--resolve",
        "localhost:%d:127.0.0.1" % there.port] + words +
        ["https://localhost:%d%s" % (there.port, path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=DEADLINE)
    return done.returncode, done.stdout, done.stderr.decode()


def s_client(there, pki, version):
    """What it said, and "status N"."""
    done = subprocess.run([need("openssl"), "s_client", "-ign_eof", "-quiet",
        "-" + version, "-CAfile", pki.ca.cert, "-servername", "localhost",
        "-connect", "127.0.0.1:%d" % there.port],
        input=b"GET / HTTP/1.0\r\n\r\n", stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=DEADLINE)
    return "%s\nstatus %d" % (done.stdout.decode("latin-1"),
        done.returncode)


def happened(there, number=1):
    return there.wait("fault", number)


@pytest.mark.parametrize("script, codes, words", ROWS,
    ids=[row[0] for row in ROWS])
def test_clients_take_it_as_they_say(server, pki, backend, version, script,
    codes, words):
    there = server("-www", "-fault", script)
    code, body, said = curl(there, pki, version=version)
    assert code in codes, said
    told = happened(there)
    # What is escaped there has its backslashes twice.
    assert told["conn"] == 1
    assert told["statement"].replace("\\\\", "\\") in script
    if code == OK:
        assert body.endswith(b"\n") and b"</html>" in body.lower()
    answer = s_client(there, pki, version)
    if words:
        assert re.search(words, answer), answer
    else:
        assert not answer.endswith("status 0")
    assert there.stop() == 0
    assert "conn 1: fault: " + told["statement"] in there.err.text()
    assert "never happened" not in there.err.text()


GNUTLS = [
    ("at accept: close", "non-properly terminated"),
    ("after ClientHello: reset", "Error in the pull function"),
    ("at accept: inject alert handshake_failure", "Handshake failed"),
    ("at accept: inject http", "An unexpected TLS packet"),
    ("after handshake: reset", "terminated the connection abnormally"),
    ("after request, at record 1: flip",
        "terminated the connection abnormally"),
    ("each byte: split", "</HTML>"),
]


@pytest.mark.parametrize("script, words", GNUTLS,
    ids=[row[0] for row in GNUTLS])
def test_gnutls_takes_it_as_it_says(server, pki, backend, script, words):
    there = server("-www", "-fault", script)
    done = subprocess.run([need("gnutls-cli"), "--x509cafile", pki.ca.cert,
        "-p", str(there.port), "localhost"],
        input=b"GET / HTTP/1.0\r\n\r\n", stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=DEADLINE)
    assert words in done.stdout.decode("latin-1")
    happened(there)


# ---- what hangs, and what ends it ------------------------------------------


@pytest.mark.parametrize("script", ["at accept: hang",
    "after ClientHello: hang", "after record 1: hang", "after request: hang",
    "after 200 bytes: stall", "from client: stall", "delay 60s",
    "after request, after 5000 bytes: hang"])
def test_a_client_gives_up(server, pki, backend, script):
    """And that is noticed at once."""
    there = server("-www", "-fault", script, "-WWW", "-root",
        os.path.dirname(pki.ca.cert))
    with open(os.path.join(os.path.dirname(pki.ca.cert), "big"), "wb") as big:
        big.write(bytes(100000))
    code, body, said = curl(there, pki, limit=1, path="/big")
    assert code == TIMEOUT, said
    happened(there)
    if "delay" not in script:
        assert there.wait("closed")["outcome"] in ("truncated", "reset")
    begun = time.monotonic()
    assert there.stop() == 0
    assert time.monotonic() - begun < DEADLINE / 2


@pytest.mark.parametrize("script", ["at accept: hang",
    "after ClientHello: hang", "after record 1: stall"])
def test_a_handshake_that_hangs_has_its_time_limit(server, pki, backend,
    script):
    there = server("-www", "-fault", script, "-handshake_timeout", "1")
    with plain(there) as raw:
        made = context(pki)
        raw.settimeout(DEADLINE)
        with pytest.raises((ssl.SSLError, OSError)):
            made.wrap_socket(raw, server_hostname="localhost")
        assert there.wait("closed")["outcome"] == "timeout"
    assert there.wait("failed")


def test_a_connection_that_hangs_has_its_time_limit(server, pki, backend):
    there = server("-www", "-fault", "after request: hang",
        "-idle_timeout", "1")
    with connect(there, pki) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with pytest.raises((ssl.SSLError, OSError)):
            if not peer.recv(1):
                raise ConnectionError
        assert there.wait("closed")["outcome"] == "timeout"


@pytest.mark.parametrize("script", ["at accept: hang",
    "after ClientHello: hang", "after handshake: hang",
    "each byte: delay 10s"])
def test_the_program_ends_at_once_all_the_same(server, pki, backend, script):
    there = server("-www", "-fault", script, "-workers", "2")
    waiting = [plain(there) for _ in range(4)]
    for raw in waiting:
        raw.setblocking(False)
        try:
            context(pki).wrap_socket(raw, server_hostname="localhost",
                do_handshake_on_connect=False).do_handshake()
        except ssl.SSLWantReadError:
            pass
    there.wait("accepted", 4)
    begun = time.monotonic()
    assert there.stop() == 0
    assert time.monotonic() - begun < DEADLINE / 3


# ---- how long it takes -----------------------------------------------------


def test_delays_and_rates_take_their_time(server, pki, backend, version,
    tmp_path):
    (tmp_path / "body").write_bytes(bytes(30000))
    there = server("-WWW", "-root", tmp_path, "-fault",
        "conn 1: after request: delay 300ms; conn 2: rate 60kB/s; "
        "conn 3: from client: after ClientHello: delay 300ms")
    for least in (0.3, 0.35, 0.3):
        begun = time.monotonic()
        code, body, said = curl(there, pki, version=version, path="/body")
        assert (code, len(body)) == (OK, 30000), said
        assert time.monotonic() - begun >= least


def test_what_is_seen_on_the_wire_is_what_was_sent(server, pki, backend):
    """The recorder is below."""
    there = server("-www", "-debug", "-fault",
        "conn 1: each byte: split; conn 2: after ClientHello: close; "
        "conn 3: at accept: inject hex 0102030405")
    assert fetch(there, pki).status == 200
    there.wait("closed")
    assert {len(wire["bytes"]) for wire in there.events("wire", conn=1,
        direction="sent", status="ok")} == {2}
    with plain(there) as raw:
        with pytest.raises((ssl.SSLError, OSError)):
            context(pki).wrap_socket(raw, server_hostname="localhost")
    there.wait("closed", conn=2)
    assert not there.events("wire", conn=2, direction="sent")
    with plain(there) as raw:
        assert read_exactly(raw, 5) == b"\1\2\3\4\5"
        assert there.wait("wire", conn=3, direction="sent")["bytes"] == \
            "0102030405"


def test_segments_are_gathered(server, pki, backend):
    """The head of a page and the end of its connection come together."""
    sizes = []
    for script in ("each record: split", "coalesce 50ms"):
        there = server("-www", "-debug", "-fault", script)
        assert fetch(there, pki, version="tls1_2").status == 200
        there.wait("closed")
        sizes.append(len(there.events("wire", direction="sent",
            status="ok")))
    assert sizes[1] < sizes[0]


# ---- for which connections, and how often -----------------------------------


def codes_of(there, pki, number):
    return [curl(there, pki)[0] for _ in range(number)]


def test_for_which_connections(server, pki):
    for conns, expected in (("conn 2", [0, 1, 0, 0]),
        ("conns 2-3", [0, 1, 1, 0]), ("first 2 conns", [1, 1, 0, 0]),
        ("every 2nd conn", [0, 1, 0, 1]), ("100% of conns", [1] * 4)):
        there = server("-www", "-fault", conns + ": after ClientHello: close",
            backend="openssl")
        assert [code == TLS for code in codes_of(there, pki, 4)] == \
            [bool(one) for one in expected], conns


def test_chance_is_the_same_each_time(server, pki):
    seen = []
    for seed in ("7", "7", "8"):
        there = server("-www", "-fault", "seed %s; 50%% of conns: "
            "after ClientHello: close" % seed, backend="openssl")
        seen.append(codes_of(there, pki, 12))
    assert seen[0] == seen[1] != seen[2]
    assert set(seen[0]) == {OK, TLS}


def test_what_comes_again_is_told_once(server, pki, backend):
    there = server("-www", "-fault",
        "each record: split; each data record: delay 1ms 2 times")
    assert fetch(there, pki).status == 200
    there.wait("closed")
    assert len(there.events("fault")) == 2


def test_what_never_happened_is_told(server, pki, backend):
    there = server("-www", "-fault", "conn 9: at accept: reset",
        "-fault", "after record 900: reset # far away")
    assert fetch(there, pki).status == 200
    there.stop()
    for statement in ("conn 9: at accept: reset", "after record 900: reset"):
        assert "-fault: never happened: %s\n" % statement in \
            there.err.text()


@pytest.mark.parametrize("script, outcome", [
    ("at accept: reset", "reset"), ("at accept: close", "closed_here"),
    ("after ClientHello: reset", "reset"), ("after record 1: close",
    "closed_here"), ("after request: reset", "reset"),
    # curl 7 says goodbye to the end that it has read, curl 8 may not.
    ("after request: close", "clean closed_here")])
def test_how_it_ended(server, pki, backend, script, outcome):
    there = server("-www", "-fault", script)
    assert curl(there, pki)[0] != OK
    assert there.wait("closed")["outcome"] in outcome.split()


# ---- with everything else --------------------------------------------------


def test_in_a_terminal(server, pki, backend, version):
    there = server("-fault", "each byte: split; from client: each byte: "
        "split; after request: delay 50ms", stdin="pipe")
    with connect(there, pki, version=version) as peer:
        opened(there)
        peer.sendall(b"hello\n")
        there.wait("data", direction="received")
        there.type(b"and hello\n")
        assert read_exactly(peer, 10) == b"and hello\n"
        there.type(b"Q\n")
        assert read_all(peer) == b""
    assert there.finish() == 0


def test_rev(server, pki, backend, version):
    there = server("-rev", "-fault", "each byte: split")
    with connect(there, pki, version=version) as peer:
        peer.sendall(b"abc\n")
        assert read_exactly(peer, 4) == b"cba\n"


@pytest.mark.needs("alpn")
def test_http_2(server, pki, backend):
    there = server("-www", "-alpn", "h2", "-fault",
        "conn 1: every 100 bytes: split; "
        "conn 2: after request, at record 2: flip")
    code, body, said = curl(there, pki, "--http2")
    assert code == OK and b"</html>" in body.lower(), said
    # 16: an error in the framing layer of HTTP/2; 55: of sending; 92: a
    # stream's.
    assert curl(there, pki, "--http2")[0] in (16, 55, RECEIVE, 92)
    happened(there, 2)


def test_nothing_stalls_with_nbio_test(server, pki, backend, version):
    there = server("-www", "-nbio_test", "-fault", "conn 1: every 10 bytes: "
        "split; conn 1: from client: each record: delay 1ms; conn 2: after "
        "request, at record 1: flip; conn 3: after 500 bytes: close")
    assert [curl(there, pki, version=version)[0] for _ in range(3)] == \
        [OK, RECEIVE, TLS]


def test_captures_have_what_was_sent(server, pki, backend, tmp_path):
    """The reset and what came before it, and nothing after."""
    there = server("-www", "-pcapng", tmp_path / "a.pcapng", "-fault",
        "after 5 bytes: reset")
    assert curl(there, pki)[0] == TLS
    closed = there.wait("closed")
    assert closed["sent"] == 5
    assert there.stop() == 0
    assert (tmp_path / "a.pcapng").stat().st_size > 500


def test_workers_share_a_script(server, pki, backend):
    there = server("-www", "-workers", "3", "-fault",
        "every 2nd conn: after ClientHello: close")
    assert sorted(codes_of(there, pki, 6)) == [OK] * 3 + [TLS] * 3
    assert len(there.events("fault")) == 3


def test_a_file_is_read_again(server, pki, backend, tmp_path):
    script = tmp_path / "script"
    script.write_text("# none of the first\nconn 9: at accept: reset\n"
        "after ClientHello: close\n")
    there = server("-www", "-fault", "@%s" % script)
    assert curl(there, pki)[0] == TLS
    script.write_text("each record: split")
    there.signal(signal.SIGHUP)
    assert there.wait("reloaded")["error"] is None
    assert curl(there, pki)[0] == OK
    assert "never happened: conn 9: at accept: reset" in there.err.text()
    script.write_text("each record: splitt")
    there.signal(signal.SIGHUP)
    assert "line 1, column 14" in there.wait("reloaded", 2)["error"]["text"]
    assert curl(there, pki)[0] == OK


# ---- what is refused -------------------------------------------------------


REFUSED = [
    ("after recrod 2: reset", 'column 7: "recrod" is not known: did you '
        'mean "record"?'),
    ("rest", 'did you mean "reset"?'),
    ("at byte 0: drop", "column 9: 0: the number of a byte, counted from 1"),
    ("flip", "needs a record or a byte"),
    ("after record 2: flip", "needs a record or a byte"),
    ("after record 2: reset twice", "comes only once"),
    ("after ServerHelo: reset", 'did you mean "ServerHello"?'),
    ("from client: after ServerHello: reset", "is sent by the server"),
    ("after ClientKeyExchange: reset", "is sent by the client"),
    ("after Finished: reset", "is never seen in clear"),
    ("at handshake: reset", 'say "after handshake"'),
    ("after accept: reset", 'say "at accept"'),
    ("delay 20", "expected ms or s"),
    ("delay 2000000s", "this time is too long"),
    ("rate 5", "B/s"),
    ("conns 3-1: reset", "the smaller number comes first"),
    ("conn 1: conn 2: reset", "was said before"),
    ("120% of conns: reset", "120: a percentage"),
    ("inject alert handshake_failur", 'did you mean "handshake_failure"?'),
    ('inject text "abc', "has no end on its line"),
    ("inject hex 123", "hexadecimal digits"),
    ("at accept: reset; after record 2: delay 1s", "can never happen"),
    ("\nreset;\n  reset", "line 3, column 3"),
    ("rate 5B/s; rate 6B/s", "contradicts"),
    ("each record: drop; each record: flip", "contradicts"),
    ("each byte: swap", "swap needs a record"),
    ("#" * 65537, "too long"),
    ("split", "split needs a place"),
    ("each byte: split;" * 300, "more than 256"),
]


@pytest.mark.parametrize("script, words", REFUSED,
    ids=[row[0][:40] for row in REFUSED])
def test_what_is_refused(script, words):
    done = run("s_server", "-accept", "127.0.0.1:0", "-fault", script)
    assert done.returncode == 2
    assert done.stderr.startswith("polytls s_server: -fault")
    assert words in done.stderr and "ACCEPT" not in done.stdout


def test_files_that_are_refused(tmp_path):
    bad = tmp_path / "script"
    bad.write_text("# fine\nreset\nrest")
    for name, words in ((tmp_path / "none", "no such file"),
        (tmp_path, "directory"), (bad, "line 3, column 1")):
        done = run("s_server", "-fault", "@%s" % name)
        assert done.returncode == 2
        assert words in done.stderr and "-fault" in done.stderr


# ---- the manual -----------------------------------------------------------

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__),
    "..", ".."))


def manual():
    with open(os.path.join(TOP, "doc", "polytls-s_server.1")) as page:
        text = page.read()
    return text[text.index(".SH FAULTS"):text.index('.SH "DIFFERENCES')] \
        .replace("\\-", "-").replace("\\e", "\\")


def words(name, place):
    """The words of a table of src/fault/."""
    with open(os.path.join(TOP, "src", "fault", name)) as table:
        rows = re.findall(r'^(?:ACTION|MARK)\((.*?)\)$', table.read(),
            re.M | re.S)
    found = [re.findall(r'"([^"]*)"', row)[place] for row in rows]
    assert len(found) > 4
    return found


@pytest.mark.parametrize("name, place", [("actions.def", 0),
    ("marks.def", 1)])
def test_the_manual_has_every_word(name, place):
    text = manual()
    for word in words(name, place):
        assert '"%s"' % word in text, word
        assert re.search(r'^\.BI? "?(?:(?:at|after) )?%s\b' % word, text,
            re.M), word


def test_the_examples_of_the_manual_are_scripts(server):
    examples = re.findall(r"-fault '(.*)'$", manual(), re.M)
    assert len(examples) >= 12
    for example in examples:
        there = server("-www", "-fault", example, backend="openssl")
        assert there.stop() == 0
