"""test_hello_command.py - polytls hello: what a recorded ClientHello says

SPDX-License-Identifier: Apache-2.0
"""
import base64
import json
import socket
import struct
import subprocess

import pytest

from clients import need
from servers import PROGRAM, run
from test_hello import POINT
from test_hostile import hello_with, records


def hello(*args, data=None):
    """Runs polytls hello; `data` is its standard input."""
    return subprocess.run([PROGRAM, "hello", *args], input=data or b"",
        capture_output=True, timeout=60)


def decoded(data, *args, status=0):
    done = hello("-json", "-backend", "none", *args, "-", data=data)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)["hello"]


def list16(numbers):
    return struct.pack("!H", 2 * len(numbers)) + b"".join(
        struct.pack("!H", number) for number in numbers)


def message_of(version, suites, extensions):
    """A ClientHello of this legacy version."""
    message = bytearray(hello_with(extensions,
        b"".join(struct.pack("!H", suite) for suite in suites)))
    message[4:6] = struct.pack("!H", version)
    return bytes(message)


# ---- JA3 and JA4: the published examples ----------------------------------

# github.com/salesforce/ja3, README
JA3 = [
    ((0x0301, [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
        [(0, b"\0\x06\0\0\x03a.b"), (10, list16([23, 24, 25])),
        (11, b"\x01\0")]),
    "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0",
    "ada70206e40642a3e4461f35503241d5"),
    ((0x0301, [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], []),
    "769,4-5-10-9-100-98-3-6-19-18-99,,,",
    "de350869b8c85de67a350c8d186f11e6"),
]


@pytest.mark.parametrize("parts, string, md5", JA3)
def test_ja3_of_the_published_examples(parts, string, md5):
    got = decoded(records(message_of(*parts)))
    assert (got["ja3"], got["ja3_hash"]) == (string, md5)


# github.com/FoxIO-LLC/ja4, "JA4: TLS Client Fingerprinting"
JA4_SUITES = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
    0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035]
JA4_EXTENSIONS = [0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d,
    0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015]
JA4_SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806,
    0x0601]
JA4_BODIES = {
    0x0000: b"\0\x06\0\0\x03a.b", 0x0033: b"\0\x05\0\x1d\0\x01x",
    0x0010: b"\0\x0c\x02h2\x08http/1.1", 0x002d: b"\x01\x01",
    0x000d: list16(JA4_SIGNATURES), 0x0005: b"\x01\0\0\0\0",
    0x002b: b"\x06\x3a\x3a\x03\x04\x03\x03", 0xff01: b"\0",
    0x000b: b"\x01\0", 0x000a: list16([0x2a2a, 29, 23]),
}


def test_ja4_of_the_published_example():
    grease = [(0x0a0a, b""), (0x1a1a, b"\0")]
    extensions = [(kind, JA4_BODIES.get(kind, b""))
        for kind in JA4_EXTENSIONS]
    got = decoded(records(message_of(0x0303, [0x4a4a] + JA4_SUITES,
        grease[:1] + extensions + grease[1:])))
    assert got["ja4"] == "t13d1516h2_8daaf6152771_e5627efa2ab1"
    assert got["ja4_r"] == (
        "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,"
        "c02f,c030,cca8,cca9_0005,000a,000b,000d,0012,0015,0017,001b,0023,"
        "002b,002d,0033,4469,ff01_0403,0804,0401,0503,0805,0501,0806,0601")


# ---- forms of a file ------------------------------------------------------

MESSAGE = message_of(0x0303, [0x1301, 0xc02f], [(0, b"\0\x06\0\0\x03a.b"),
    (43, b"\x02\x03\x04"), (21, bytes(120)), (51, b"\0\x05\0\x1d\0\x01x")])
RECORD = records(MESSAGE)


def xxd(data, width=16):
    return "".join("%08x: %-40s  %s\n" % (at, " ".join(
        data[i:i + 2].hex() for i in
        range(at, min(at + width, len(data)), 2)), "".join(
        chr(c) if 32 <= c < 127 else "." for c in data[at:at + width]))
        for at in range(0, len(data), width)).encode()


def tool(*command):
    def make(data):
        try:
            return subprocess.run(command, input=data, capture_output=True,
                check=True).stdout
        except FileNotFoundError:
            pytest.skip("there is no %s" % command[0])
    return make


FORMS = {
    "binary": bytes,
    "hex": lambda data: data.hex().encode(),
    "upper_hex": lambda data: data.hex().upper().encode() + b"\n",
    "colons": lambda data: data.hex(":").encode() + b"\r\n",
    "c_array": lambda data: b"static unsigned char x[] = {\n" + b",\n".join(
        b"0x%02x" % c for c in data) + b"\n};\n",
    "escapes": lambda data: b"".join(b"\\x%02x" % c for c in data),
    "xxd": xxd,
    "od": tool("od", "-t", "x1"),
    "od_x": tool("od", "-A", "x", "-t", "x1", "-v"),
    "od_d": tool("od", "-A", "d", "-t", "x1z"),
    "od_n": tool("od", "-A", "n", "-t", "x1", "-v"),
    "hexdump": tool("hexdump", "-C"),
    "base64": base64.encodebytes,
    "pem": lambda data: b"-----BEGIN CLIENT HELLO-----\n" +
        base64.encodebytes(data) + b"-----END CLIENT HELLO-----\n",
}


@pytest.mark.parametrize("bare", [False, True], ids=["record", "message"])
@pytest.mark.parametrize("form", FORMS)
def test_reads_every_form(form, bare):
    data = MESSAGE if bare else RECORD
    got = decoded(FORMS[form](data))
    assert got["message"] == MESSAGE.hex()
    assert got["records"] == (0 if bare else 1)
    assert got["faults"] == []


def test_reads_a_file(tmp_path):
    (tmp_path / "a hello").write_bytes(RECORD)
    done = run("hello", str(tmp_path / "a hello"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "  0x1301 TLS_AES_128_GCM_SHA256\n" in done.stdout
    assert '      host_name (0), "a.b"\n' in done.stdout


# ---- answers --------------------------------------------------------------


def test_asks_every_backend():
    from conftest import BACKENDS
    done = hello("-json", "-", data=RECORD)
    assert (done.returncode, done.stderr) == (0, b"")
    got = json.loads(done.stdout)["answers"]
    assert {column["backend"] for column in got} == set(BACKENDS)


def test_shows_both_views(backend):
    done = hello("-view", "both", "-backend", backend, "-", data=RECORD)
    assert done.returncode == 0, done.stderr
    head = done.stdout.decode().split("\n\n")[1].splitlines()[0]
    assert head.split("  ")[-1].strip() == backend + " -native"
    assert head.split() == [backend, backend, "-native"]


def test_answers_as_configured(backend):
    """By the alert that it would send: no version in common."""
    done = hello("-json", "-backend", backend, "-tls1_2", "-", data=RECORD)
    assert done.returncode == 0, done.stderr
    column, = json.loads(done.stdout)["answers"]
    assert "protocol_version" in json.dumps(column)


def test_an_unsound_hello_is_refused():
    data = records(message_of(0x0303, [0x1301], [(10, b"\0\x03\0\x1d\0")]))
    done = hello("-json", "-", data=data)
    assert done.returncode == 1
    got = json.loads(done.stdout)
    assert got["answers"] is None
    assert got["refused"]["alert_sent"]["name"] == "decode_error"
    broken = got["hello"]["extensions"][0]["content"]
    assert "broken" in broken


# ---- what is printed ------------------------------------------------------


def text_of(data, *args, status=0):
    done = hello("-backend", "none", *args, "-", data=data)
    assert done.returncode == status, done.stderr
    return done.stdout.decode("ascii")


SHARE = bytes(range(200))
EVERYTHING = message_of(0x0303, [0x4a4a, 0x1301, 0xfedc], [
    (0x1234, b"abc"), (0x2a2a, b""), (10, list16([0x3a3a, 29, 0x7777])),
    (13, list16([0x0403, 0x7788])), (27, b"\x04\0\x02\0\x09"),
    (51, b"\0\xcc\x11\xec\0\xc8" + SHARE), (28, b"\x40\x01"),
    (65037, b"\0\0\1\0\3\x42\0\2ab\0\4cdef"), (17613, b"\0\3\x02h2"),
    (45, b"\x01\x01"), (44, b"\0\x03abc"), (35, b"ticket"),
    (57, b"\1\2\x67\x10\x40\x20\1\5"), (21, bytes(9)),
    (47, b"\0\x11\0\x0f" + bytes.fromhex("300d310b300906035504061302585a")),
    (41, b"\0\x0c\0\6ticket\0\0\0\7" + b"\0\x21\x20" + bytes(32))])

LINES = """\
  0x4a4a GREASE
  0x1301 TLS_AES_128_GCM_SHA256
  0xfedc unknown
  0x1234 unknown, 3 bytes
    data: 3 bytes 616263
  0x2a2a GREASE, 0 bytes
    named_group_list: GREASE (0x3a3a), x25519 (0x001d), unknown (0x7777)
    supported_signature_algorithms: ecdsa_secp256r1_sha256 (0x0403),
      unknown (0x7788)
    algorithms: brotli (0x0002), unknown (0x0009)
      X25519MLKEM768 (0x11ec), key_exchange 200 bytes %s...
    record_size_limit: 16385
    type: outer (0)
    kdf_id: HKDF-SHA256 (0x0001)
    aead_id: ChaCha20Poly1305 (0x0003)
    config_id: 66
    enc: 2 bytes 6162
    payload: 4 bytes 63646566
    ke_modes: psk_dhe_ke (1)
    cookie: 3 bytes 616263
    ticket: 6 bytes 7469636b6574
      max_idle_timeout (0x01), value 2 bytes 6710
      max_datagram_frame_size (0x20), value 1 byte 05
    padding: 9 zeros
      C = XZ
      identity 6 bytes 7469636b6574, obfuscated_ticket_age 7
      binder 32 bytes %s
""" % (SHARE[:28].hex(), "00" * 32)


def test_shows_what_is_in_the_extensions():
    text = text_of(records(EVERYTHING))
    lines = text.splitlines()
    at = 0
    for line in LINES.splitlines():
        assert line in lines[at:], line
        at += lines[at:].index(line) + 1
    assert SHARE.hex() not in text
    assert SHARE.hex() in text_of(records(EVERYTHING), "-bytes")


def test_json_has_what_is_in_the_extensions():
    got = decoded(records(EVERYTHING))
    content = {each["number"]: each["content"]
        for each in got["extensions"]}
    assert content[65037]["aead_id"] == {"number": 3,
        "name": "ChaCha20Poly1305", "grease": False}
    assert content[65037]["payload"] == {"len": 4, "bytes": b"cdef".hex()}
    assert content[10]["named_group_list"][0]["grease"] is True
    assert content[51]["client_shares"][0]["key_exchange"] == {"len": 200,
        "bytes": SHARE.hex()}
    assert content[57]["parameters"][1] == {"id": {"number": 32,
        "name": "max_datagram_frame_size"},
        "value": {"len": 1, "bytes": "05"}}
    assert content[41]["binders"] == [{"binder": {"len": 32,
        "bytes": "00" * 32}}]
    assert content[47]["authorities"] == [{"distinguished_name": "C = XZ"}]
    assert content[0x1234] == {"data": {"len": 3, "bytes": "616263"}}


def test_lists_in_lines():
    done = hello("-list", "-", data=RECORD)
    assert done.stdout.decode() == '1  %d bytes, t13d0204%s, name "a.b"\n' % (
        len(MESSAGE), decoded(RECORD)["ja4"][8:])


# ---- openssl s_client -msg ------------------------------------------------


@pytest.mark.parametrize("versions", [(), ("-tls1_2",)], ids=["all", "1.2"])
def test_reads_what_openssl_prints(versions):
    need("openssl")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = subprocess.Popen(["openssl", "s_client", "-msg", *versions,
            "-connect", "127.0.0.1:%d" % listener.getsockname()[1]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        with listener.accept()[0] as peer:
            peer.settimeout(20)
            sent = peer.recv(65536)
            peer.sendall(b"\x15\x03\x01\0\x02\x02\x28")
        printed = client.communicate(timeout=20)[0]
    got = decoded(printed)
    assert got["message"] == sent[5:].hex() and got["records"] == 1
    got, = json.loads(hello("-list", "-json", "-",
        data=printed).stdout)["hellos"]
    assert got["len"] == len(sent) - 5


# ---- what cannot be read --------------------------------------------------

WRONG = {
    "empty": (b"", (), "the file is empty"),
    "no_text": (b"hello, world\n", (), "this text is neither hex nor base64"),
    "binary": (b"\0\1\2\3\xff", (), "no ClientHello begins with the bytes "
        "00010203ff"),
    "server_hello": (records(b"\2\0\0\0"), (), "the record has a ServerHello"),
    "alert": (b"\x15\3\1\0\2\2\x28", (), "begins with a record of type Alert"),
    "dtls": (b"\x16\xfe\xfd" + bytes(40), (), "this is a DTLS record"),
    "hex_of_else": (b"00 11 22", (), "no ClientHello begins with the bytes "
        "001122"),
    "forced_hex": (b"zz", ("-format", "hex"), "this is not hex"),
    "forced_base64": (b"!", ("-format", "base64"), "this is not base64"),
    "forced_msg": (RECORD, ("-format", "msg"), "no ClientHello in this "
        "output of openssl"),
    "forced_message": (RECORD, ("-format", "message"),
        "it ends before the ClientHello begins"),
    "second": (RECORD, ("-n", "2"), "there is only 1 ClientHello in it"),
    "only_a_header": (RECORD[:5], (), "it ends before the ClientHello"),
}


@pytest.mark.parametrize("case", WRONG)
def test_says_what_is_wrong_with_a_file(case):
    data, args, words = WRONG[case]
    done = hello(*args, "-", data=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"polytls hello: -: ")
    assert words in done.stderr.decode("ascii")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("args, words", [
    ((), "which file? Give one, or - for standard input"),
    (("a", "b"), '"b" is one file too many'),
    (("-format", "elf", "-"), "record"),
    (("-n", "0", "-"), "-n"),
    (("-list", "-diff", "a", "b"), "do not go together"),
    (("-backend", "nosuch", "-"), "nosuch"),
    (("-cert", "/nonexistent", "-"), "/nonexistent"),
])
def test_says_what_is_wrong_with_a_command(args, words):
    done = hello(*args, data=RECORD)
    assert done.returncode == 2
    assert words in done.stderr.decode()


def test_a_forced_format_is_used():
    got = decoded(RECORD.hex().encode(), "-format", "hex")
    assert got["message"] == MESSAGE.hex()
    got = decoded(MESSAGE, "-format", "message")
    assert got["message"] == MESSAGE.hex()


@pytest.mark.parametrize("args", [("-alpn", "h2"), ("-groups", "P-384"),
    ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384")], ids=" ".join)
def test_the_configuration_counts(backend, args):
    """What it answers is not what it answers without the option."""
    message = message_of(0x0303, [0x1301, 0x1303, 0xc02b, 0xc02c], [
        (0, b"\0\x06\0\0\x03a.b"), (10, list16([23, 24, 29])),
        (13, list16([0x0403, 0x0804, 0x0503])), (16, b"\0\3\x02h2"),
        (43, b"\x04\x03\x04\x03\x03"), (45, b"\x01\x01"), (11, b"\1\0"),
        (51, b"\0\x45\0\x17\0\x41" + POINT)])

    def ask(*more):
        done = hello("-json", "-backend", backend, *more, "-",
            data=records(message))
        assert done.returncode == 0, done.stderr
        column, = json.loads(done.stdout)["answers"]
        return column

    plain, other = ask(), ask(*args)
    plain.pop("remarks"), other.pop("remarks")
    assert plain != other
