"""test_output.py - what is told, in words and as events

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import re

import pytest

from clients import connect, context, fetch, read_all

SHOWN = {"tls1_2": "TLSv1.2", "tls1_3": "TLSv1.3"}


def serve_one(server, pki, *args, data=b"", **options):
    """A server's whole life with one connection."""
    there = server(*args)
    with connect(there, pki, **options) as peer:
        there.wait("handshake", conn=1)
        peer.sendall(data)
        if data:
            there.wait("data", direction="received", conn=1)
        cipher = peer.cipher()[0]
        # close_notify both ways, and nothing of either is lost
        peer.unwrap().close()
    there.wait("closed", conn=1)
    assert there.stop() == 0
    return there, cipher


def test_reports_what_was_negotiated(server, pki, backend, version):
    there, cipher = serve_one(server, pki, version=version,
        alpn=["h2", "http/1.1"], data=b"hello\n")
    out = there.out.text()
    assert "CIPHER is %s\n" % cipher in out
    assert "Protocol version: %s\n" % SHOWN[version] in out
    assert re.search(r"^Shared ciphers:.*\b%s\b" % cipher, out, re.M)
    assert 'Hostname in TLS extension: "localhost"\n' in out
    assert "ALPN protocols advertised by the client: h2, http/1.1\n" in out
    order = [out.index(word) for word in ("ACCEPT 127.0.0.1:",
        "Client ciphers:", "Shared ciphers:", "Signature Algorithms: ",
        "Supported groups: ", "CIPHER is ", "hello\n", "DONE\n",
        "shutting down SSL\nCONNECTION CLOSED\nACCEPT\n",
        "   1 server accepts (SSL_accept())\n",
        "cache full overflows (")]
    assert order == sorted(order)
    assert there.err.text() == ""


def test_shows_a_client_certificate(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-verify", "3", "-CAfile", pki.ca.cert,
        version=version, cert=pki.client)
    out = there.out.text()
    assert "Client certificate\n-----BEGIN CERTIFICATE-----\n" in out
    assert "subject=O = Clients, CN = client\nissuer=CN = Test CA\n" in out
    assert there.err.text().endswith("depth=1 CN = Test CA\n"
        "verify return:1\ndepth=0 O = Clients, CN = client\n"
        "verify return:1\n")


def test_tells_an_error_of_a_certificate(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-verify", "3", "-CAfile", pki.ca.cert,
        version=version, cert=pki.stranger)
    assert there.err.text().endswith("depth=0 CN = stranger\n"
        "verify error:num=18:self-signed certificate\n"
        "verify return:1\n")


def test_tells_in_one_line_why_it_refused(server, pki, backend, version):
    there = server("-Verify", "3", "-CAfile", pki.ca.cert)
    with pytest.raises(OSError):
        with connect(there, pki, version=version) as peer:
            read_all(peer)
    event = there.wait("failed", conn=1)
    there.wait("closed", conn=1, outcome="failed")
    there.stop()
    assert event["error"]["blame"] == "peer"
    assert event["handshaking"] is True
    alert = event["error"]["alert_sent"]
    lines = there.err.text().splitlines()
    assert lines[-3] == "ERROR"
    assert lines[-2].startswith("conn 1: handshake failed: peer: ")
    assert "(alert sent: %s %d; %s: " % (alert["name"], alert["number"],
        backend) in lines[-2]
    assert lines[-1] == "conn 1: why: " + event["explanation"]
    assert "DONE\n" not in there.out.text()


@pytest.mark.needs("messages")
def test_msg_shows_messages(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-msg", version=version)
    out = there.out.text()
    heads = re.findall(r"^(?:<<<|>>>) .*$", out, re.M)
    shape = re.compile(r"^(<<<|>>>) (SSL|TLS) \d\.\d, [A-Za-z]+ "
        r"\[length [0-9a-f]{4,}\](, .+)?$")
    assert [head for head in heads if not shape.match(head)] == []
    for words in (r"<<< .*, RecordHeader \[length 0005\]$",
        r"<<< .*, Handshake \[length 0[0-9a-f]{3}\], ClientHello$",
        r">>> TLS 1\.[23], Handshake \[length 0[0-9a-f]{3}\], "
        r"ServerHello$"):
        assert re.search(words, out, re.M)
    # The dump after a head is as long as that says.
    hello = re.search(r"\[length ([0-9a-f]+)\], ClientHello\n"
        r"((?:   (?: [0-9a-f]{2})+\n)+)", out)
    assert len(hello.group(2).split()) == int(hello.group(1), 16)


@pytest.mark.needs("states")
def test_state_shows_states_and_alerts(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-state", version=version)
    err = there.err.text()
    assert re.search(r"^SSL_accept:.*client hello", err, re.M)
    assert len(re.findall(r"^SSL_accept:", err, re.M)) >= 5
    assert "SSL3 alert read:warning:close notify\n" in err


def test_debug_dumps_the_wire(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-debug", version=version)
    out = there.out.text()
    closed = there.wait("closed")
    heads = re.findall(r"^(read from|write to) conn 1 \[(\d+\.\d{6})\] "
        r"\((\d+) bytes => (-1|\d+) ?(?:\(0x[0-9A-F]+\))?\)$", out, re.M)
    times = [float(head[1]) for head in heads]
    assert times == sorted(times)
    for words, name, way in (("read from", "received", "received"),
        ("write to", "sent", "sent")):
        moved = sum(int(head[3]) for head in heads
            if head[0] == words and head[3] != "-1")
        assert moved == closed[name] > 0
        assert moved == sum(len(event["bytes"]) // 2
            for event in there.events("wire", direction=way))
    dumped = re.findall(r"^[0-9a-f]{4,} - ", out, re.M)
    assert len(dumped) >= (closed["received"] + closed["sent"]) // 16


def test_tlsextdebug_shows_extensions(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-tlsextdebug", version=version)
    out = there.out.text()
    hello = there.wait("client_hello")["hello"]
    shown = re.findall(r'^TLS client extension "[^"]+" \(id=(\d+)\), '
        r"len=(\d+)$", out, re.M)
    assert shown == [(str(one["number"]), str(one["len"]))
        for one in hello["extensions"]]
    assert 'TLS client extension "server name" (id=0), len=14\n' \
        "0000 - 00 0c 00 00 09 6c 6f 63-61 6c 68 6f 73 74         " \
        ".....localhost\n" in out


def test_quiet_leaves_received_data_alone(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-quiet", version=version,
        data=b"one\x1b\x00\xfftwo")
    assert there.out.data == b"one\x1b\x00\xfftwo"
    assert there.err.text() == ""


def test_shows_no_control_bytes_to_a_terminal(server, pki):
    """What a peer names itself never reaches a terminal as it is."""
    there, _ = serve_one(server, pki, alpn=["h2", "\x1b[2J"])
    assert "advertised by the client: h2, \\x1b[2J\n" in there.out.text()
    assert b"\x1b" not in there.out.data + there.err.data
    assert b"\x1b" not in there.lines.data


@pytest.mark.needs("secrets")
def test_logs_the_keys_of_the_client(server, pki, backend, version,
    tmp_path):
    """Both sides' logs say the same, so who reads one can decrypt."""
    theirs, ours = tmp_path / "client.log", tmp_path / "server.log"
    made = context(pki, version=version)
    made.keylog_filename = str(theirs)
    there, _ = serve_one(server, pki, "-keylogfile", ours, context=made)

    def secrets(path):
        lines = [line.lower().split() for line in
            path.read_text().splitlines() if not line.startswith("#")]
        assert all(len(line) == 3 for line in lines)
        return {line[0]: line[1:] for line in lines}

    label = "client_random" if version == "tls1_2" else \
        "client_traffic_secret_0"
    assert label in secrets(ours)
    for name, value in secrets(ours).items():
        if name in secrets(theirs):
            assert secrets(theirs)[name] == value
    assert secrets(theirs)[label] == secrets(ours)[label]
    # The events name them and keep them.
    secret = secrets(ours)[label][1]
    assert there.events("secret", secret="redacted")
    assert secret.encode() not in there.lines.data.lower()


@pytest.mark.needs("secrets")
def test_shows_secrets_when_asked(server, pki, backend, version):
    there, _ = serve_one(server, pki, "-show_secrets", version=version)
    events = there.events("secret")
    assert events
    for event in events:
        assert re.fullmatch(r"[0-9a-f]{32,128}", event["secret"])


def test_tells_a_connection_from_begin_to_end(server, pki, backend,
    version):
    there, cipher = serve_one(server, pki, version=version, data=b"x")
    kinds = [event["event"] for event in there.events(conn=1)]
    order = [kinds.index(kind) for kind in ("accepted", "client_hello",
        "choice", "handshake", "data", "ending", "closed")]
    assert order == sorted(order) and order[0] == 0
    assert kinds[-1] == "closed" and kinds.count("closed") == 1
    whole = [event["event"] for event in there.events()]
    assert whole[0] == "start"
    assert whole[-2:] == ["statistics", "stop"]
    since = [event["since_us"] for event in there.events(conn=1)]
    assert since == sorted(since) and since[0] < since[-1]
    for event in there.events():
        assert event["v"] == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
            event["time"])
    facts = there.wait("handshake")["facts"]
    assert facts["suite"]["openssl"] == cipher
    assert facts["version"]["name"] == SHOWN[version]
    assert there.wait("closed")["outcome"] == "clean"


def test_json_has_standard_output_for_itself(server, pki):
    """`-json -`: nothing else is written there."""
    there = server("-json", "-", "-www", "-msg", "-debug", ready=False)

    def listening():
        lines = there.out.data[:there.out.data.rfind(b"\n") + 1]
        return [event for event in map(json.loads, lines.splitlines())
            if event["event"] == "listening"]

    there.port = there.until(listening, "clients may come")[0]["port"]
    assert fetch(there, pki).status == 200
    assert there.stop() == 0
    events = [json.loads(line) for line in there.out.data.splitlines()]
    assert events[0]["event"] == "start"
    assert events[-1]["event"] == "stop"
    # Of -json twice, as tests/e2e gives it, the last one counts.
    assert there.err.text().splitlines() == [
        "-json is given twice: the last one, -, counts",
        "https://localhost:%d/" % there.port]


def test_says_the_same_on_the_page_as_in_events(server, pki, backend,
    version):
    there = server("-www")
    page = json.loads(fetch(there, pki, "/json", version=version).body)
    hello = there.wait("client_hello")["hello"]
    assert page["hello"] == hello
    facts = there.wait("handshake")["facts"]
    for name in ("version", "suite", "group", "resumed"):
        assert page["facts"][name] == facts[name]
    text = fetch(there, pki, "/text", version=version).body.decode()
    assert "Cipher is %s\n" % facts["suite"]["openssl"] in text
    assert "    Protocol  : %s\n" % SHOWN[version] in text
    html = fetch(there, pki, "/", version=version).body.decode()
    assert "    Protocol  : %s\n" % SHOWN[version] in html
    html = html.replace("<wbr>", "")
    for one in hello["suites"] + hello["extensions"]:
        if one["name"]:
            assert one["name"] in html


def names_in(value):
    """Every member's name, however deep."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from names_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from names_in(member)


def test_the_manual_names_every_member(server, pki):
    with open(os.path.join(os.environ.get("top_srcdir", "."), "doc",
        "events.md")) as file:
        manual = file.read()
    there = server("-www", "-verify", "1", "-debug")
    page = json.loads(fetch(there, pki, "/json", cert=pki.client).body)
    there.wait("closed")
    assert [name for name in names_in([page] + there.events())
        if "`%s`" % name not in manual] == []
