"""flights.py - what a server answered, as openssl s_client -msg shows it

SPDX-License-Identifier: Apache-2.0

    flight = Flight(call("openssl", "s_client", "-msg", ...))
    assert flight.suite == 0x1301

Only what came before the client's answer counts, as for a server that is
asked in memory.
"""
import re

RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891"
    "c2a211167abb8c5e079e09e2c8a8339c")
MESSAGE = re.compile(r"(?m)^(<<<|>>>) [^\n]*, (Handshake|Alert|Handshake "
    r"\(unknown\))[^\n]*\n((?:    [0-9a-f ]+\n)*)")


def u16(data, at=0):
    return int.from_bytes(data[at:at + 2], "big")


def extensions(data):
    """Pairs of number and body of a list with its length before it."""
    found, at, end = [], 2, 2 + u16(data)
    while at < end:
        size = u16(data, at + 2)
        found.append((u16(data, at), data[at + 4:at + 4 + size]))
        at += 4 + size
    return found


class Flight:
    def __init__(self, said):
        self.retry = self.alert = self.group = self.signature = None
        self.version = self.suite = self.certificate = self.alpn = None
        self.dh_bits = self.encrypted = None
        self.extensions, self.request, self.chain = None, False, 0
        self.request_signatures = None
        self.ended = False
        hellos = 0
        for way, kind, text in MESSAGE.findall(said):
            data = bytes.fromhex(text)
            hellos += way == ">>>" and data[:1] == b"\x01"
            if way == ">>>" or not data:
                continue
            if kind == "Alert":
                if data[0] == 2 and self.alert is None:
                    self.alert = data[1]
            elif hellos == 1:
                self.take(data[0], data[4:])

    def take(self, kind, body):
        takers = {2: self.hello, 8: self.encrypted_extensions,
            11: self.certificates, 12: self.exchange, 13: self.ask,
            15: self.verify}
        self.ended = self.ended or kind in (14, 20)
        if kind in takers:
            takers[kind](body)

    def hello(self, body):
        at = 35 + body[34]
        self.version = u16(body)
        self.suite = u16(body, at)
        found = extensions(body[at + 3:]) if len(body) > at + 3 else []
        self.extensions = [number for number, _ in found]
        by_number = dict(found)
        if 43 in by_number:
            self.version = u16(by_number[43])
        if 51 in by_number:
            self.group = u16(by_number[51])
        if 16 in by_number:
            self.alpn = by_number[16][3:].decode()
        if body[2:34] == RETRY:
            self.retry = self.group

    def encrypted_extensions(self, body):
        found = extensions(body)
        self.encrypted = [number for number, _ in found]
        if 16 in dict(found):
            self.alpn = dict(found)[16][3:].decode()

    def certificates(self, body):
        new = self.version == 0x304
        at = 4 if new else 3
        while at < len(body):
            size = int.from_bytes(body[at:at + 3], "big")
            if not self.chain:
                self.certificate = body[at + 3:at + 3 + size]
            self.chain += 1
            at += 3 + size
            if new:
                at += 2 + u16(body, at)

    def exchange(self, body):
        """Of a suite with a signature, or an anonymous one."""
        if body[:1] == b"\x03":
            self.group = u16(body, 1)
            rest = body[4 + body[3]:]
        else:
            size = u16(body)
            prime = int.from_bytes(body[2:2 + size], "big")
            self.dh_bits = prime.bit_length()
            rest = body
            for _ in range(3):
                rest = rest[2 + u16(rest):]
        if rest and self.version == 0x303:
            self.signature = u16(rest)

    def ask(self, body):
        self.request = True
        if self.version == 0x304:
            found = dict(extensions(body[1 + body[0]:]))
            found = found[13]
        else:
            found = body[1 + body[0]:]
        self.request_signatures = [u16(found, at)
            for at in range(2, 2 + u16(found), 2)]

    def verify(self, body):
        self.signature = u16(body)
