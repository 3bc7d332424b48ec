"""make.py - ClientHellos made by hand: unusual, damaged, contradicting

SPDX-License-Identifier: Apache-2.0

    python3 make.py >made.txt
"""
import struct


def u8(body):
    return bytes([len(body)]) + body


def u16(body):
    return struct.pack("!H", len(body)) + body


def numbers(*them):
    return b"".join(struct.pack("!H", each) for each in them)


def extension(kind, body):
    return struct.pack("!H", kind) + u16(body)


def message(extensions=None, suites=numbers(0x1301, 0xc02b, 0x002f),
        session=b"", compression=b"\0", version=b"\3\3", random=bytes(32),
        tail=b""):
    body = version + random + u8(session) + u16(suites) + u8(compression)
    if extensions is not None:
        body += u16(b"".join(extensions))
    body += tail
    return b"\1" + struct.pack("!I", len(body))[1:] + body


def record(data, version=b"\3\1", kind=22):
    return bytes([kind]) + version + u16(data)


def records(data, size=16384):
    return b"".join(record(data[at:at + size])
        for at in range(0, len(data), size))


def name(host, kind=0):
    return extension(0, u16(bytes([kind]) + u16(host)))


POINT = b"\4" + bytes(range(64))
SOUND = {
    0: u16(b"\0" + u16(b"a.example")),
    1: b"\2",
    5: b"\1" + u16(b"") + u16(b""),
    10: u16(numbers(0x0a0a, 29, 23, 0x11ec, 0x7777)),
    11: u8(b"\0\1\2\7"),
    13: u16(numbers(0x0403, 0x0804, 0x1a1a, 0x7788)),
    14: u16(numbers(1, 7)) + u8(b""),
    15: b"\1",
    16: u16(u8(b"h2") + u8(b"http/1.1")),
    17: u16(b"\2" + u16(u16(b"") + u16(b""))),
    19: u8(b"\0\2"), 20: u8(b"\2\0"),
    21: bytes(40),
    24: b"\0\x0d" + u8(b"\2\1"),
    25: u16(b"\1" + u8(bytes(32))),
    27: u8(numbers(1, 2, 3, 9)),
    28: numbers(16385),
    34: u16(numbers(0x0403, 0x0807)),
    35: bytes(range(100)),
    41: u16(u16(b"ticket") + bytes(4)) + u16(u8(bytes(32))),
    43: u8(numbers(0x1a1a, 0x0304, 0x0303, 0x7f1c)),
    44: u16(b"cookie"),
    45: u8(b"\0\1\5"),
    47: u16(u16(bytes.fromhex("300d310b300906035504061302584c"))),
    48: u16(u8(b"\x55\x1d\x25") + u16(b"\1\2")),
    50: u16(numbers(0x0401)),
    51: u16(numbers(0x2a2a) + u16(b"\0") + numbers(29) + u16(bytes(32)) +
        numbers(23) + u16(POINT) + numbers(0x11ec) + u16(bytes(1216))),
    57: b"\1\2\x67\x10" b"\3\2\x45\xc0" b"\x40\x20\1\5" b"\x1b\0",
    58: b"\2\1",
    62: u8(b"\1"),
    13172: b"",
    17513: u16(u8(b"h2")), 17613: u16(u8(b"h2")),
    51764: u16(u8(b"\1\2\3")),
    65037: b"\0" + numbers(1, 1) + b"\x42" + u16(bytes(32)) + u16(bytes(144)),
    65281: u8(b""),
}


def whole():
    last = [extension(kind, body) for kind, body in SOUND.items()
        if kind != 41]
    return message([extension(0x4a4a, b"")] + last +
        [extension(0x5a5a, b"\0"), extension(41, SOUND[41])],
        numbers(0x9a9a, 0x1301, 0xc02b, 0x00ff, 0x5600, 0xfedc),
        bytes(range(32)))


def sslv2(suites=b"\0\0\x2f\1\0\x80\0\0\xff", session=b"", size=None):
    body = b"\1\3\1" + numbers(len(suites), len(session), 16) + suites + \
        session + bytes(16)
    return struct.pack("!H", 0x8000 | (len(body) if size is None else size)) \
        + body


def entries():
    """(name, bytes) of each."""
    base = message([name(b"a.example"), extension(43, SOUND[43])],
        session=bytes(range(32)))
    yield "everything at once", records(whole())
    yield "everything, one byte a record", records(whole(), 1)
    yield "everything, without a record", whole()
    yield "no extensions at all", records(message())
    yield "an empty list of extensions", records(message([]))
    yield "one suite", records(message([], numbers(0xc02f)))
    yield "no suite", records(message([], b""))
    yield "all suites that there can be", records(message([],
        b"".join(numbers(i % 65536) for i in range(32767))))
    yield "an odd list of suites", records(message([], b"\x13\1\x13"))
    yield "no compression method", records(message([], compression=b""))
    yield "all compression methods", records(message([],
        compression=bytes(range(255))))
    for size in (1, 31, 32, 33, 255):
        yield "a session ID of %d bytes" % size, records(message([],
            session=bytes(size)))
    for version in (b"\0\0", b"\2\0", b"\3\0", b"\3\1", b"\3\2", b"\3\4",
            b"\3\5", b"\x7f\x1c", b"\xff\xff"):
        yield "version %s" % version.hex(), records(message([],
            version=version))
        yield "version %s in the record" % version.hex(), \
            record(message([]), b"\3" + version[1:])

    for at in (0, 1, 3, 4, 5, 6, 20, 38, 39, 50, 71, 72, 73, 75, 79, 80, 81,
            82, 83, 84, 90, 95, len(base) - 1):
        yield "ends after %d bytes, and so says the record" % at, \
            record(base[:at]) if at > 1 else record(base[:at]) + b""
        if at > 4:
            short = b"\1" + struct.pack("!I", at - 4)[1:] + base[4:at]
            yield "ends after %d bytes, and so says the message" % at, \
                record(short)
    yield "ends in the record's header", record(base)[:4]
    yield "the record is cut", record(base)[:60]
    yield "the second record is cut", records(base, 50)[:80]
    yield "a record longer than allowed", record(base + bytes(16385))
    yield "an empty record first", record(b"") + record(base)
    yield "an empty record between", record(base[:9]) + record(b"") + \
        record(base[9:])
    yield "an alert between", record(base[:9]) + record(b"\1\0", kind=21) + \
        record(base[9:])
    yield "application data between", record(base[:9]) + \
        record(b"x", kind=23) + record(base[9:])
    yield "records of two versions", record(base[:40]) + \
        record(base[40:], b"\3\4")
    yield "bytes after it", record(base) + b"more"
    yield "bytes after it in the record", record(base + b"more")
    yield "a second hello after it", record(base) + record(base)
    yield "announces 16 MiB", record(b"\1\xff\xff\xff" + base[4:])
    yield "announces one byte too many", record(base[:3] +
        bytes([base[3] + 1]) + base[4:])
    yield "announces one byte too few", record(base[:3] +
        bytes([base[3] - 1]) + base[4:])
    yield "bytes after the extensions", records(message([], tail=b"tail"))
    yield "half a length of extensions", records(message(None, tail=b"\0"))
    yield "extensions longer than the message", records(message(None,
        tail=b"\0\x20" + name(b"a.example")))
    yield "extensions that end in a header", records(message([b"\0\0\0"]))
    yield "an extension longer than its list", records(message(
        [b"\0\x0a\0\x20\0\x1d"]))
    yield "a large unknown extension", records(message(
        [extension(0x1234, bytes(60000))]))
    yield "four hundred extensions", records(message(
        [extension(0x4000 + i, b"") for i in range(400)]))

    for kind, body in SOUND.items():
        yield "extension %d" % kind, records(message([extension(kind,
            body)]))
        for change, words in ((b"", "empty"), (body[:-1], "a byte short"),
                (body + b"\0", "a byte long"),
                (b"\xff" * min(len(body), 40), "all ones")):
            if change != body and kind not in (21, 35, 13172):
                yield "extension %d, %s" % (kind, words), records(message(
                    [extension(kind, change)]))
    for kind in (0, 10, 13, 16, 43, 51, 0x1234, 0x0a0a):
        body = SOUND.get(kind, b"")
        yield "extension %d twice" % kind, records(message(
            [extension(kind, body)] * 2))
    yield "a pre-shared key that is not last", records(message(
        [extension(41, SOUND[41]), extension(43, SOUND[43])]))
    yield "a short binder", records(message([extension(41,
        u16(u16(b"x") + bytes(4)) + u16(u8(bytes(31))))]))
    yield "more identities than binders", records(message([extension(41,
        u16((u16(b"x") + bytes(4)) * 3) + u16(u8(bytes(32))))]))
    yield "two host names", records(message([extension(0, u16(
        b"\0" + u16(b"a") + b"\0" + u16(b"b")))]))
    yield "a name of another type", records(message([name(b"a.example", 7)]))
    for host in (b"", b"\0", b"a\0b.example", b"\x1b[2J\x1b]0;x\7",
            b"\xc3\xa4.example", b"\xe2\x80\xae", b'"><script>', b"\\x41",
            b"127.0.0.1", b"a" * 255 + b".example", b"%s%n", b"\r\n\r\n"):
        yield "the name %r" % host[:20], records(message([name(host)]))
    for protocol in (b"", b"\0", b"\n", b"h", b"\xab\xcd", b"\x1b[31m",
            b"a" * 255):
        yield "the protocol %r" % protocol[:20], records(message(
            [extension(16, u16(u8(protocol)))]))
    yield "a list in a list that is longer", records(message([extension(16,
        u16(b"\x20h2"))]))
    yield "an inner encrypted hello", records(message([extension(65037,
        b"\1")]))
    yield "an encrypted hello of another type", records(message(
        [extension(65037, b"\7abc")]))
    yield "only GREASE", records(message([extension(0x0a0a, b""),
        extension(0xfafa, b"x"), extension(10, u16(numbers(0x0a0a))),
        extension(13, u16(numbers(0x0a0a))),
        extension(43, u8(numbers(0x0a0a)))], numbers(0x0a0a, 0x1a1a)))
    yield "no share at all", records(message([extension(51, u16(b""))]))
    yield "an empty share", records(message([extension(51,
        u16(numbers(29) + u16(b"")))]))
    yield "padding that is none", records(message([extension(21, b"\0\1\0")]))
    yield "SSLv2 framing", sslv2()
    yield "SSLv2 framing with a session", sslv2(session=bytes(16))
    yield "SSLv2 framing, no suite of TLS", sslv2(b"\1\0\x80\7\0\xc0")
    yield "SSLv2 framing, lengths that do not add up", sslv2(b"\0\0\x2f\0")
    yield "SSLv2 framing that is cut", sslv2()[:20]
    yield "DTLS", record(base, b"\xfe\xfd")
    yield "a ServerHello", record(b"\2" + base[1:])
    yield "an alert", record(b"\2\x28", kind=21)
    yield "an HTTP request", b"GET / HTTP/1.1\r\n\r\n"
    yield "zeros", bytes(64)


def main():
    print("# Made by make.py.")
    print("# SPDX-License-Identifier: Apache-2.0")
    for title, data in entries():
        print("\n= " + title)
        for at in range(0, len(data), 38):
            print(data[at:at + 38].hex())


if __name__ == "__main__":
    main()
