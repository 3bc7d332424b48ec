"""captures.py - captures made by hand: pcap, packets, segments

SPDX-License-Identifier: Apache-2.0
"""
import socket
import struct

NULL, ETHERNET, PPP, RAW, LOOP, COOKED, IPV4, IPV6, COOKED2 = \
    0, 1, 9, 101, 108, 113, 228, 229, 276
SYN, ACK = 2, 16


class Connection:
    """One direction of a TCP connection; its packets are IP packets."""

    def __init__(self, source="192.0.2.1", target="192.0.2.2", port=40000,
            isn=1000):
        self.source, self.target, self.port = source, target, port
        self.isn = isn

    def segment(self, offset, data=b"", flags=ACK, options=b""):
        """A segment `offset` bytes after the SYN."""
        tcp = struct.pack("!HHIIBBHHH", self.port, 443,
            (self.isn + offset) & 0xffffffff, 1, (20 + len(options)) // 4 << 4,
            flags, 65535, 0, 0) + options + data
        return self.packet(6, tcp)

    def packet(self, protocol, body, fragment=0, headers=b"", first=None):
        if ":" in self.source:
            return struct.pack("!IHBB", 0x60000000, len(headers) + len(body),
                protocol if first is None else first, 64) + \
                socket.inet_pton(socket.AF_INET6, self.source) + \
                socket.inet_pton(socket.AF_INET6, self.target) + \
                headers + body
        return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, fragment,
            64, protocol, 0) + socket.inet_aton(self.source) + \
            socket.inet_aton(self.target) + body

    def syn(self):
        return self.segment(0, flags=SYN, options=b"\x02\x04\x05\xb4")

    def segments(self, data, size):
        """The SYN's successors: `data` in segments of `size` bytes."""
        return [self.segment(1 + at, data[at:at + size])
            for at in range(0, len(data), size)]


def kind(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x0800


def on_link(link, packet, vlans=()):
    """The packet in a frame of this link type."""
    if link == ETHERNET:
        return bytes(12) + b"".join(struct.pack("!HH", tag, 7)
            for tag in vlans) + struct.pack("!H", kind(packet)) + packet + \
            bytes(max(0, 46 - len(packet)))
    if link == COOKED:
        return struct.pack("!HHH8sH", 0, 1, 6, b"", kind(packet)) + packet
    if link == COOKED2:
        return struct.pack("!HHIHBB8s", kind(packet), 0, 1, 1, 0, 6, b"") + \
            packet
    if link == NULL:
        return struct.pack("=I", 10 if kind(packet) == 0x86dd else 2) + packet
    if link == LOOP:
        return struct.pack("!I", 24 if kind(packet) == 0x86dd else 2) + packet
    if link == PPP:
        return b"\xff\x03" + (b"\0\x57" if kind(packet) == 0x86dd
            else b"\0\x21") + packet
    return packet


def pcap(packets, link=ETHERNET, order="<", nano=False, snap=65535, vlans=()):
    """A file of these IP packets, a millisecond apart."""
    out = struct.pack(order + "IHHiIII", 0xa1b23c4d if nano else 0xa1b2c3d4,
        2, 4, 0, 0, snap, link)
    for number, packet in enumerate(packets):
        frame = on_link(link, packet, vlans)
        out += struct.pack(order + "IIII", 1700000000,
            number * (1000000 if nano else 1000), len(frame[:snap]),
            len(frame)) + frame[:snap]
    return out


def pcapng(packets, link=ETHERNET, order="<"):
    def block(number, body):
        body += bytes(-len(body) % 4)
        size = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", number) + size + body + size

    out = block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0,
        -1)) + block(1, struct.pack(order + "HHI", link, 0, 0))
    for number, packet in enumerate(packets):
        frame = on_link(link, packet)
        time = 1700000000 * 1000000 + number * 1000
        out += block(6, struct.pack(order + "IIIII", 0, time >> 32,
            time & 0xffffffff, len(frame), len(frame)) + frame)
    return out
