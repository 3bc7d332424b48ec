"""test_hello_capture.py - polytls hello on captures, beside tshark

SPDX-License-Identifier: Apache-2.0
"""
import itertools
import json
import os
import random
import struct
import subprocess

import pytest

import captures
from captures import Connection, pcap, pcapng
from clients import need
from servers import run
from test_hello_command import hello, list16, message_of
from test_hostile import hello_with, records

pytestmark = pytest.mark.skipif("not _reads()")


def _reads():
    done = hello("-json", "-", data=pcap([]))
    return b"--without-pcap" not in done.stderr


def named(name, more=0):
    """A record with a ClientHello that asks for `name`."""
    name = name.encode()
    return records(hello_with([(0, struct.pack("!HBH", len(name) + 3, 0,
        len(name)) + name), (43, b"\x02\x03\x04"), (21, bytes(more))]))


HELLO = named("one.example", 700)


def found(data, *args, status=0):
    """What -list -json says, and standard error."""
    done = hello("-list", "-json", *args, "-", data=data)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)["hellos"], done.stderr.decode()


def only(data):
    got, errors = found(data)
    assert (len(got), errors) == (1, "")
    return got[0]


def whole(connection, size=1400):
    return [connection.syn()] + connection.segments(HELLO, size)


ADDRESSES = {"4": ("192.0.2.1", "192.0.2.2"),
    "6": ("2001:db8::1", "2001:db8::2")}


@pytest.mark.parametrize("version", ADDRESSES)
@pytest.mark.parametrize("link", [captures.NULL, captures.ETHERNET,
    captures.PPP, captures.RAW, captures.LOOP, captures.COOKED,
    captures.COOKED2])
def test_reads_every_link_type(link, version):
    source, target = ADDRESSES[version]
    got = only(pcap(whole(Connection(source, target), 300), link))
    assert got["server_name"] == "one.example"
    assert got["capture"]["from"] == (source + ":40000" if version == "4"
        else "[%s]:40000" % source)
    assert got["capture"]["packet"] == 2
    assert got["capture"]["time"] == "2023-11-14T22:13:20.001000Z"


@pytest.mark.parametrize("file", [
    lambda packets: pcap(packets, order=">"),
    lambda packets: pcap(packets, nano=True),
    lambda packets: pcap(packets, nano=True, order=">"),
    pcapng,
    lambda packets: pcapng(packets, order=">"),
    lambda packets: pcap(packets, vlans=[0x8100]),
    lambda packets: pcap(packets, vlans=[0x88a8, 0x8100]),
    lambda packets: pcap([packet for packet in packets for _ in "ab"]),
], ids=["big", "nano", "big_nano", "ng", "big_ng", "vlan", "qinq", "twice"])
def test_reads_every_file_type(file):
    got = only(file(whole(Connection(), 100)))
    assert (got["server_name"], got["len"]) == ("one.example",
        len(HELLO) - 5)


@pytest.mark.parametrize("order", itertools.permutations(range(4)))
@pytest.mark.parametrize("syn", [True, False], ids=["syn", "no_syn"])
def test_puts_segments_in_order(order, syn):
    connection = Connection(isn=0xfffffff0)
    parts = connection.segments(HELLO, len(HELLO) // 4 + 1)
    got = only(pcap([connection.syn()] * syn + [parts[i] for i in order]))
    assert got["server_name"] == "one.example"


def test_puts_bytes_in_order_that_overlap():
    draw = random.Random(1)
    for _ in range(30):
        connection = Connection(isn=draw.getrandbits(32))
        cuts = [draw.randrange(len(HELLO)) for _ in range(30)]
        parts = [(at, HELLO[at:at + draw.randrange(1, 200)]) for at in cuts]
        parts += [(at, HELLO[at:at + 90])
            for at in range(0, len(HELLO), 90)]
        draw.shuffle(parts)
        packets = [connection.syn()] + [connection.segment(1 + at, data)
            for at, data in parts]
        assert only(pcap(packets))["server_name"] == "one.example"


def test_reads_several_connections_at_a_time():
    all_of_them = [Connection(port=40000 + i) for i in range(300)]
    hellos = [named("n%d.example" % i, 300) for i in range(300)]
    packets = [connection.syn() for connection in all_of_them]
    for at in range(0, 400, 200):
        packets += [connection.segment(1 + at, data[at:at + 200])
            for connection, data in zip(all_of_them, hellos)]
    got, errors = found(pcap(packets))
    assert errors == ""
    assert [each["server_name"] for each in got] == [
        "n%d.example" % i for i in range(300)]
    done = hello("-n", "17", "-json", "-", data=pcap(packets))
    assert json.loads(done.stdout)["hello"]["server_name"] == "n16.example"
    done = hello("-n", "301", "-", data=pcap(packets))
    assert done.returncode == 2
    assert b"only 300 ClientHellos" in done.stderr


def test_a_port_is_used_again():
    first, second = Connection(), Connection(isn=77777)
    packets = whole(first) + [second.syn()] + second.segments(
        named("two.example"), 1400)
    got, _ = found(pcap(packets))
    assert [each["server_name"] for each in got] == ["one.example",
        "two.example"]


def test_finds_the_second_hello_after_a_retry():
    connection = Connection()
    change = b"\x14\x03\x03\0\x01\x01"
    data = HELLO + change + named("two.example")
    packets = [connection.syn()] + connection.segments(data, 500)
    got, _ = found(pcap(packets))
    assert [each["server_name"] for each in got] == ["one.example",
        "two.example"]


def test_finds_a_hello_after_starttls():
    connection = Connection()
    mail = b"EHLO a.example\r\nSTARTTLS\r\n"
    packets = [connection.syn(), connection.segment(1, mail),
        connection.segment(1 + len(mail), HELLO)]
    assert only(pcap(packets))["server_name"] == "one.example"


def test_reads_past_headers_of_ipv6():
    connection = Connection(*ADDRESSES["6"])
    tcp = connection.segment(1, HELLO)[40:]
    headers = bytes([43, 0]) + bytes(6) + bytes([60, 0]) + bytes(6) + \
        bytes([44, 0]) + bytes(6) + bytes([6, 0]) + bytes(6)
    got = only(pcap([connection.syn(), connection.packet(6, tcp,
        headers=headers, first=0)]))
    assert got["server_name"] == "one.example"


# ---- what cannot be read --------------------------------------------------


def test_says_what_is_missing():
    connection = Connection()
    parts = connection.segments(HELLO, 200)
    got, errors = found(pcap([connection.syn()] + parts[:1] + parts[2:]))
    assert got[0]["malformed"] and got[0]["len"] == 195
    assert "has only the first 200 bytes of a ClientHello" in errors


def test_too_much_after_a_gap():
    connection = Connection()
    got, errors = found(pcap([connection.syn()] + [
        connection.segment(1000 + at, b"x") for at in range(0, 10000, 2)] +
        connection.segments(HELLO, 1400)))
    assert got == []
    assert "1 connections lack bytes and have too much after them" in errors


def test_a_short_snap_length():
    got, errors = found(pcap(whole(Connection()), snap=200))
    assert got[0]["malformed"]
    assert "has only the first 146 bytes of a ClientHello" in errors


def test_a_damaged_capture():
    data = pcap(whole(Connection()))
    got, errors = found(data[:-1])
    assert got == []
    assert "damaged after packet 1: " in errors
    done = hello("-", data=data[:20])
    assert done.returncode == 2
    assert b"cannot be read: truncated" in done.stderr


def test_says_what_it_passes_over():
    connection = Connection()
    udp = struct.pack("!HHHH", 40000, 443, 1208, 0) + b"\xc3\0\0\0\1" + \
        bytes(1195)
    packets = [connection.packet(17, udp), connection.packet(6, bytes(40),
        fragment=0x2000), connection.packet(6, bytes(10))]
    got, errors = found(pcap(packets))
    assert got == []
    for words in ("1 of 3 packets are first ones of QUIC",
            "1 of 3 packets are fragments of IP packets",
            "1 of 3 packets were not captured far enough"):
        assert words in errors


def test_a_link_type_that_is_not_read():
    got, errors = found(pcap(whole(Connection()), link=105))
    assert got == []
    assert "2 of 2 packets are of the link type 105 (802.11)" in errors
    done = hello("-", data=pcap(whole(Connection()), link=105))
    assert done.returncode == 2
    assert b"there is no ClientHello in it" in done.stderr


def test_a_compressed_capture():
    import gzip
    done = hello("-", data=gzip.compress(pcap(whole(Connection()))))
    assert done.returncode == 2
    assert b"this is compressed: try gzip -dc FILE | polytls hello -" in \
        done.stderr


# ---- beside the tools of Wireshark ----------------------------------------


def tools(*names):
    for name in names:
        need(name)


def tshark(path, *fields):
    out = subprocess.run(["tshark", "-n", "-r", str(path), "-2", "-Y",
        "tls.handshake.type == 1", "-T", "fields", "-E", "separator=|"] +
        [word for field in fields for word in ("-e", field)],
        capture_output=True, check=True, text=True,
        env=dict(os.environ, HOME="/nonexistent")).stdout
    return [line.split("|") for line in out.splitlines()]


def test_text2pcap_editcap_mergecap_reordercap(tmp_path):
    tools("text2pcap", "editcap", "mergecap", "reordercap")
    name = lambda which: str(tmp_path / which)
    for which in "ab":
        (tmp_path / which).write_text("".join("%06x %s\n" % (at,
            HELLO[at:at + 16].hex(" "))
            for at in range(0, len(HELLO), 16)))
        subprocess.run(["text2pcap", "-q", "-T", "4000%d,443" % "ab".index(
            which), name(which), name(which + ".pcapng")], check=True,
            capture_output=True)
    subprocess.run(["mergecap", "-a", "-w", name("two.pcapng"),
        name("a.pcapng"), name("b.pcapng")], check=True)
    subprocess.run(["reordercap", name("two.pcapng"),
        name("ordered.pcapng")], check=True, capture_output=True)
    subprocess.run(["editcap", "-F", "pcap", name("ordered.pcapng"),
        name("two.pcap")], check=True)
    for which in ("two.pcapng", "ordered.pcapng", "two.pcap"):
        done = run("hello", "-list", "-json", name(which))
        assert (done.returncode, done.stderr) == (0, "")
        assert [each["server_name"] for each in
            json.loads(done.stdout)["hellos"]] == ["one.example"] * 2
