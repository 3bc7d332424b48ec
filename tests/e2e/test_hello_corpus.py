"""test_hello_corpus.py - hellos of real clients, and damaged ones

SPDX-License-Identifier: Apache-2.0
"""
import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

import captures
from clients import need
from test_hello_command import hello

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests",
    "hellos"))
import corpus  # noqa: E402

RECORDED, MADE = corpus.recorded(), corpus.made()


def identities(entries):
    return ["%d %s" % (i, name) for i, (name, _, _) in enumerate(entries)]


def test_there_are_many():
    assert len(RECORDED) >= 200 and len(MADE) >= 200
    assert len({name for name, _, _ in MADE}) == len(MADE)


@pytest.mark.parametrize("entry", RECORDED + MADE,
    ids=identities(RECORDED + MADE))
def test_decodes(entry):
    name, data, line = entry
    assert line is not None, "run corpus.py"
    status, got, errors = corpus.decode(data)
    assert corpus.line_of(status, got, errors) == line
    if got:
        assert errors == ""
        assert_nothing_is_lost(got["hello"], data)


def number(value):
    return (value["number"] if value else 0).to_bytes(2, "big")


def vector(prefix, body):
    return len(body).to_bytes(prefix, "big") + body


def assert_nothing_is_lost(got, data):
    """The message can be made again of its parts, if it is whole."""
    message = bytes.fromhex(got["message"])
    if got["sslv2"]:
        assert data[2:].startswith(message)
        return
    if got["records"] <= 1:
        assert message in data
    extensions = b"".join(number(each) +
        vector(2, bytes.fromhex(each["body"])) for each in got["extensions"])
    again = number(got["legacy_version"]) + bytes.fromhex(got["random"]) + \
        vector(1, bytes.fromhex(got["session_id"])) + \
        vector(2, b"".join(map(number, got["suites"]))) + \
        vector(1, bytes.fromhex(got["compression"]))
    if got["extensions"] or len(message) > len(again) + 4:
        again += vector(2, extensions)
    if not got["faults"]:
        assert message[4:] == again
    for part in (bytes.fromhex(got["random"]),
            bytes.fromhex(got["session_id"]), bytes.fromhex(
            got["in_no_field"])):
        assert part in message
    for each in got["extensions"]:
        assert_content(each["content"], bytes.fromhex(each["body"]))


def leaves(value):
    """All bytes in hex below a value."""
    if isinstance(value, list):
        return sum(map(leaves, value), [])
    if isinstance(value, dict):
        if "bytes" in value and "len" in value:
            assert len(value["bytes"]) == 2 * value["len"]
            return [bytes.fromhex(value["bytes"])]
        return sum(map(leaves, value.values()), [])
    return []


def assert_content(content, body):
    for part in leaves(content):
        assert part in body


@pytest.mark.parametrize("entry", RECORDED + MADE,
    ids=identities(RECORDED + MADE))
def test_prints_only_printable_text(entry):
    _, data, _ = entry
    done = hello("-backend", "none", "-", data=data)
    assert done.returncode in (0, 1, 2)
    for text in (done.stdout, done.stderr):
        assert set(text) <= set(range(32, 127)) | {10}
    if done.returncode != 2:
        assert done.stdout.count(b"\n  0x") >= 1 or b"suites       0" in \
            done.stdout


# ---- beside tshark --------------------------------------------------------


FIELDS = ["tcp.srcport", "tls.handshake.ja3", "tls.handshake.ja3_full",
    "tls.handshake.ciphersuite", "tls.handshake.extension.type",
    "tls.handshake.extensions_supported_group",
    "tls.handshake.extensions_server_name",
    "tls.handshake.extensions_alpn_str", "tls.handshake.sig_hash_alg",
    "tls.handshake.extensions_key_share_group",
    "tls.handshake.extensions_key_share_key_exchange_length"]


def tshark(path, fields):
    done = subprocess.run(["tshark", "-n", "-r", str(path), "-o",
        "tcp.desegment_tcp_streams:TRUE", "-Y", "tls.handshake.type == 1",
        "-T", "fields", "-E", "separator=|"] +
        [word for field in fields for word in ("-e", field)],
        capture_output=True, text=True)
    return done.returncode, [line.split("|")
        for line in done.stdout.splitlines()]


def joined(values, form="%d"):
    return ",".join(form % value["number"] for value in values)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    """All recorded hellos in a capture, each from a port of its own."""
    path = tmp_path_factory.mktemp("corpus") / "all.pcap"
    packets = []
    for i, (_, data, _) in enumerate(RECORDED):
        connection = captures.Connection(port=20000 + i)
        packets += [connection.syn()] + connection.segments(data, 1400)
    path.write_bytes(captures.pcap(packets))
    return path


def test_says_what_tshark_says(capture):
    need("tshark")
    _, rows = tshark(capture, FIELDS)
    assert len(rows) == len(RECORDED)
    for row in rows:
        name, data, _ = RECORDED[int(row[0]) - 20000]
        got = corpus.decode(data)[1]["hello"]
        theirs = [int(kind) for kind in row[4].split(",") if kind]
        ours = [each["number"] for each in got["extensions"]]
        assert (name, row[1]) == (name, got["ja3_hash"])
        assert row[2] == got["ja3"]
        assert [int(suite, 16) for suite in row[3].split(",") if suite] == [
            suite["number"] for suite in got["suites"]], name
        assert theirs == ours, name
        assert [int(group, 16) for group in row[5].split(",") if group] == [
            group["number"] for group in got["groups"]], name
        assert row[6] == (got["server_name"] or ""), name
        assert row[7] == ",".join(got["alpn"]), name
        shares = got["key_shares"]
        assert [int(group) for group in row[9].split(",") if group] == [
            share["group"]["number"] for share in shares], name
        assert [int(size) for size in row[10].split(",") if size] == [
            share["len"] for share in shares], name


def without_grease(raw):
    """Wireshark 4.4 leaves GREASE among the signature algorithms, which the
    definition of JA4 does not."""
    head, suites, rest = raw.split("_", 2)
    parts = rest.split("_")
    parts[1:] = [",".join(each for each in part.split(",")
        if not re.fullmatch("([0-9a-f]a)\\1", each)) for part in parts[1:]]
    return head, suites, "_".join(parts)


def ja4_of(parts):
    return "_".join([parts[0]] + [hashlib.sha256(part.encode()).hexdigest()
        [:12] if part else "0" * 12 for part in parts[1:]])


def test_ja4_is_that_of_tshark(capture):
    """Wireshark has JA4 since 4.2."""
    need("tshark")
    status, rows = tshark(capture, ["tcp.srcport", "tls.handshake.ja4",
        "tls.handshake.ja4_r"])
    if status:
        pytest.skip("this tshark has no JA4")
    assert len(rows) == len(RECORDED)
    for port, ja4, raw in rows:
        name, data, _ = RECORDED[int(port) - 20000]
        got = corpus.decode(data)[1]["hello"]
        theirs = without_grease(raw)
        if "_".join(theirs) == raw:
            assert (name, ja4) == (name, got["ja4"])
        assert (name, "_".join(theirs)) == (name, got["ja4_r"])
        assert (name, ja4_of(theirs)) == (name, got["ja4"])


def test_reads_them_from_the_capture(capture):
    done = hello("-list", "-json", str(capture))
    if b"--without-pcap" in done.stderr:
        pytest.skip("this build reads no captures")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["hellos"]
    assert [row["ja4"] for row in rows] == [line.split("; ")[1]
        for _, _, line in RECORDED]
