"""test_keylog.py - -keylogfile, and what can be done with it

SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import socket
import stat
import struct
import threading

import pytest

from clients import call, connect, context, need, plain, read_all

LABELS = {
    "tls1_2": {"CLIENT_RANDOM"},
    "tls1_3": {"CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0"},
}

pytestmark = pytest.mark.needs("secrets")


def talk(there, pki, version):
    with connect(there, pki, version=version) as peer:
        peer.sendall(b"GET /the-secret-path HTTP/1.0\r\n\r\n")
        read_all(peer)


def test_writes_a_line_a_secret(server, pki, backend, version, tmp_path):
    log = tmp_path / "keys"
    there = server("-www", "-keylogfile", log)
    talk(there, pki, version)
    there.stop()
    lines = [line for line in log.read_text().splitlines()
        if not line.startswith("#")]
    hello = there.events("client_hello")[0]["hello"]
    for line in lines:
        match = re.fullmatch(r"([A-Z0-9_]+) ([0-9a-f]{64}) ([0-9a-f]+)",
            line)
        assert match, line
        assert match.group(2) == hello["random"]
    assert LABELS[version] <= {line.split(" ")[0] for line in lines}


def test_the_environment_names_it(server, pki, backend, tmp_path):
    log = tmp_path / "keys"
    there = server("-www", env={"SSLKEYLOGFILE": str(log)})
    talk(there, pki, "tls1_2")
    there.stop()
    assert "CLIENT_RANDOM " in log.read_text()
    assert "SSLKEYLOGFILE: the secrets of all sessions are appended to %s\n" \
        % log in there.err.text()


def test_an_environment_that_cannot_be_honoured(server, pki, backend):
    there = server("-www", env={"SSLKEYLOGFILE": "/nowhere/keys"})
    talk(there, pki, "tls1_2")
    there.stop()
    assert "SSLKEYLOGFILE: /nowhere/keys cannot be opened for writing: " \
        in there.err.text()


def test_is_for_the_user_alone(server, pki, backend, tmp_path):
    log = tmp_path / "keys"
    talk(server("-www", "-keylogfile", log), pki, "tls1_2")
    assert stat.S_IMODE(os.stat(log).st_mode) & 0o077 == 0


def test_appends(server, pki, backend, tmp_path):
    log = tmp_path / "keys"
    log.write_text("# before\n")
    there = server("-www", "-keylogfile", log)
    talk(there, pki, "tls1_2")
    there.stop()
    assert log.read_text().startswith("# before\n")
    assert "CLIENT_RANDOM" in log.read_text()


def test_is_what_the_client_has(server, pki, backend, version, tmp_path):
    made = context(pki, version=version)
    made.keylog_filename = str(tmp_path / "client")
    there = server("-www", "-keylogfile", tmp_path / "server")
    with connect(there, pki, context=made) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
    there.stop()
    def secrets(name):
        return {line.lower() for line in
            (tmp_path / name).read_text().splitlines()
            if line.split(" ")[0] in LABELS[version]}
    assert secrets("server")
    assert secrets("server") == secrets("client")


class Relay:
    """Passes one connection through, and keeps it as a capture."""

    def __init__(self, port):
        self.there = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.packets = []
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", self.there))
        other = threading.Thread(target=self.copy, daemon=True,
            args=(server, client, True))
        other.start()
        self.copy(client, server, False)
        other.join()
        for one in (client, server, self.listener):
            one.close()

    def copy(self, source, target, from_server):
        while True:
            try:
                data = source.recv(16384)
            except OSError:
                data = b""
            with self.lock:
                self.packets.append((from_server, data))
            try:
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
            except OSError:
                return

    def write(self, path):
        """As pcap, link type raw IP: what tshark reads."""
        sent = {False: 1000, True: 5000}
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0,
                262144, 101))
            opening = [(False, 0x02, -1), (True, 0x12, -1), (False, 0x10, 0)]
            for side, flags, less in opening:
                self.packet(out, side, sent[side] + less,
                    sent[not side] - (1 if flags == 0x02 else 0), flags,
                    b"")
            for side, data in self.packets:
                for at in range(0, len(data), 1400):
                    piece = data[at:at + 1400]
                    self.packet(out, side, sent[side], sent[not side],
                        0x18, piece)
                    sent[side] += len(piece)

    def packet(self, out, from_server, seq, ack, flags, data):
        ports = (443, 40000) if from_server else (40000, 443)
        ends = (b"\x7f\0\0\1", b"\x7f\0\0\2")
        if from_server:
            ends = ends[::-1]
        tcp = struct.pack("!HHIIBBHHH", ports[0], ports[1], seq, ack, 0x50,
            flags, 65535, 0, 0)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6,
            0) + ends[0] + ends[1]
        whole = ip + tcp + data
        out.write(struct.pack("<IIII", 1, 0, len(whole), len(whole)) + whole)


def test_lets_tshark_read_along(server, pki, backend, version, tmp_path):
    tshark = need("tshark")
    there = server("-www", "-keylogfile", tmp_path / "keys")
    relay = Relay(there.port)

    class Through:
        port = relay.port

    talk(Through, pki, version)
    there.wait("closed", conn=1)
    relay.thread.join(30)
    there.stop()
    relay.write(tmp_path / "capture")
    said = call(tshark, "-r", tmp_path / "capture", "-o",
        "tls.keylog_file:%s" % (tmp_path / "keys"), "-d",
        "tcp.port==443,tls", "-Y", "http.request", "-T", "fields", "-e",
        "http.request.uri")
    assert "/the-secret-path" in said
