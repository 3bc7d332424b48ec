"""clients.py - what connects: Python's own, and programs

SPDX-License-Identifier: Apache-2.0

    with connect(server, pki) as peer:
        peer.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
        print(read_all(peer))
"""
import shutil
import socket
import ssl
import subprocess
import warnings

import pytest

from servers import DEADLINE

VERSIONS = {
    "tls1": ssl.TLSVersion.TLSv1,
    "tls1_1": ssl.TLSVersion.TLSv1_1,
    "tls1_2": ssl.TLSVersion.TLSv1_2,
    "tls1_3": ssl.TLSVersion.TLSv1_3,
}


def context(pki, version=None, cert=None, alpn=None, ciphers=None):
    """A client's context that trusts the test CA."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(pki.ca.cert)
    if version:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.minimum_version = VERSIONS[version]
            made.maximum_version = VERSIONS[version]
    if version in ("tls1", "tls1_1"):
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
    if ciphers:
        made.set_ciphers(ciphers)
    if alpn:
        made.set_alpn_protocols(alpn)
    if cert:
        made.load_cert_chain(cert.cert, cert.key)
    return made


def plain(server):
    """A connection without TLS."""
    return socket.create_connection(("127.0.0.1", server.port), DEADLINE)


def connect(server, pki, name="localhost", session=None, **options):
    made = options.pop("context", None) or context(pki, **options)
    return made.wrap_socket(plain(server), server_hostname=name,
        session=session)


def read_all(peer):
    data = b""
    while True:
        piece = peer.recv(65536)
        if not piece:
            return data
        data += piece


def read_exactly(peer, length):
    data = b""
    while len(data) < length:
        piece = peer.recv(length - len(data))
        assert piece, "the server closed after %r" % data
        data += piece
    return data


class Response:
    def __init__(self, data):
        head, self.body = data.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        self.line = lines[0]
        self.status = int(lines[0].split(" ")[1])
        self.fields = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            self.fields[name.lower()] = value.strip()


def read_response(peer, head_only=False):
    """One response, as long as it says it is."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = peer.recv(1)
        assert piece, "the server closed after %r" % data
        data += piece
    response = Response(data)
    if not head_only:
        response.body = read_exactly(peer,
            int(response.fields["content-length"]))
    return response


def fetch(server, pki, path="/", method="GET", **options):
    with connect(server, pki, **options) as peer:
        peer.sendall(("%s %s HTTP/1.1\r\nHost: localhost\r\n"
            "Connection: close\r\n\r\n" % (method, path)).encode())
        return Response(read_all(peer))


def need(program):
    """The path of `program`; skips where it is not installed."""
    path = shutil.which(program)
    if not path:
        pytest.skip("%s is not installed" % program)
    return path


def call(*command, text=None, status=0):
    """Runs a client to its end; what it said on both streams."""
    done = subprocess.run([str(word) for word in command], input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=2 * DEADLINE)
    said = done.stdout.decode("utf-8", "backslashreplace")
    assert status is None or done.returncode == status, \
        "%s: %d\n%s" % (command[0], done.returncode, said)
    return said
