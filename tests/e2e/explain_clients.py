"""explain_clients.py - clients that fail on purpose, and their certificates

SPDX-License-Identifier: Apache-2.0
"""
import collections
import socket
import ssl
import struct

from clients import context, plain
from pki import Pair, openssl

# `server`: its options, `{ca.cert}` and the like filled in; without -cert and
# -nocert it has the ECDSA certificate.  `client`: a command, or a function
# of the server and the certificates.  `needs`: features without which the
# server cannot be configured so; `lacking`: what is said by a backend that
# lacks a feature; `also`: what may be said instead, and why is in the row.
Case = collections.namedtuple("Case",
    "name server client sentence needs also lacking")


def case(name, server, client, *sentence, needs=(), also=(), **lacking):
    return Case(name, server.split(), client, "".join(sentence), needs, also,
        lacking)


# ---- clients -----------------------------------------------------------------


def s_client(*args):
    return ("openssl", "s_client", "-connect", "127.0.0.1:{port}") + args


def old(*args):
    """One that takes what is weak."""
    return s_client("-cipher", "ALL:@SECLEVEL=0", *args)


def gnutls(priority, *args):
    return ("gnutls-cli", "127.0.0.1", "-p", "{port}", "--no-ca-verification",
        "--priority", priority) + args


def curl(*args):
    return ("curl", "-s", "https://127.0.0.1:{port}/") + args


def wget(*args):
    return ("wget", "-q", "-O", "-", "--tries=1",
        "https://127.0.0.1:{port}/") + args


def python(name="localhost", trusts=True, **options):
    """Python's own, which knows the CA."""
    def client(server, pki):
        made = context(pki, **options)
        if not trusts:
            made = ssl.create_default_context()
        try:
            with made.wrap_socket(plain(server),
                server_hostname=name) as peer:
                peer.recv(1)
        except OSError:
            pass
    return client


def sends(data, then="close"):
    """Some bytes, and what happens after them: the connection is closed,
    reset, or left as it is until the server closes it."""
    def client(server, pki):
        with plain(server) as peer:
            peer.sendall(data() if callable(data) else data)
            if then == "reset":
                peer.recv(1)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
            elif then == "answer":
                peer.recv(1)
            elif then == "wait":
                while peer.recv(4096):
                    pass
    return client


def hello(version=ssl.TLSVersion.TLSv1_3):
    """A ClientHello as a client writes it."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    made = ssl.create_default_context()
    made.maximum_version = version
    client = made.wrap_bio(into, out, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def broken_hello():
    """One whose session ID is longer than such may be."""
    data = bytearray(hello())
    data[43] = 33
    return data


def alert(number, level=2):
    """A hello, and an alert once the server has answered."""
    def client(server, pki):
        with plain(server) as peer:
            peer.sendall(hello(ssl.TLSVersion.TLSv1_2))
            peer.recv(1)
            peer.sendall(bytes([21, 3, 3, 0, 2, level, number]))
            while True:
                try:
                    if not peer.recv(4096):
                        break
                except OSError:
                    break
    return client


# ---- certificates ------------------------------------------------------------


class Wrong:
    """Certificates that are wrong in one way each, made when asked for."""

    def __init__(self, pki):
        self.pki = pki
        pki.KINDS = dict(pki.KINDS, other=("ec", None, "CN=Other CA"),
            foreign=("ec", "other", "O=Elsewhere/CN=foreign"),
            intermediate=("ec", "ca", "CN=Intermediate", True),
            below=("ec", "intermediate", "CN=below"),
            server_below=("ec", "intermediate", "CN=localhost"),
            notca=("ec", "ca", "CN=Not A CA"),
            under=("ec", "notca", "CN=under"),
            bare=("ec", None, "CN=localhost"))

    def __getattr__(self, name):
        made = getattr(self, "make_" + name, None) if \
            not name.startswith("make_") else None
        if name.startswith("make_"):
            raise AttributeError(name)
        value = made() if made else getattr(self.pki, name)
        setattr(self, name, value)
        return value

    def make_past(self):
        return self.pki.dated("past", "ca", "20200101000000Z",
            "20210203040506Z")

    def make_future(self):
        return self.pki.dated("future", "ca", "20700101000000Z",
            "20710101000000Z")

    def special(self, name, *lines, key=("EC", "ec_paramgen_curve:P-256"),
        digest="-sha256", issuer=None):
        """A certificate of the CA with these extensions."""
        pki = self.pki
        above = issuer or pki.ca
        cert, path = pki.path(name + ".crt"), pki.path(name + ".key")
        openssl("genpkey", "-algorithm", key[0], "-pkeyopt", key[1], "-out",
            path)
        openssl("req", "-new", "-key", path, "-out", pki.path(name + ".csr"),
            "-subj", "/CN=" + name)
        with open(pki.path(name + ".ext"), "w") as file:
            file.write("".join(line + "\n" for line in lines) or
                "basicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", pki.path(name + ".csr"), "-out", cert,
            "-days", "2", digest, "-extfile", pki.path(name + ".ext"), "-CA",
            above.cert, "-CAkey", above.key, "-set_serial",
            str(5000 + len(name)))
        return Pair(cert, path)

    def make_for_servers(self):
        return self.special("for_servers", "extendedKeyUsage=serverAuth")

    def make_for_clients(self):
        return self.special("for_clients", "extendedKeyUsage=clientAuth",
            "subjectAltName=DNS:localhost")

    def make_agrees(self):
        return self.special("agrees", "keyUsage=critical,dataEncipherment")

    def make_sha1(self):
        return self.special("sha1", digest="-sha1")

    def make_short(self):
        return self.special("short", key=("RSA", "rsa_keygen_bits:1024"))

    def make_points_up(self):
        """Of another root, which it says itself."""
        return self.special("points_up", "authorityKeyIdentifier=keyid,"
            "issuer:always", issuer=self.pki.other)

    def make_points_between(self):
        return self.special("points_between", "authorityKeyIdentifier=keyid,"
            "issuer:always", issuer=self.pki.intermediate)

    def make_altered(self):
        pair = self.special("altered")
        der = pair.cert + ".der"
        openssl("x509", "-in", pair.cert, "-outform", "DER", "-out", der)
        data = bytearray(open(der, "rb").read())
        at = data.index(b"altered")
        data[at:at + 7] = b"ALTERED"
        open(der, "wb").write(data)
        openssl("x509", "-in", der, "-inform", "DER", "-out", pair.cert)
        return pair

    def make_revoked_crl(self):
        return self.pki.crl("explain_revoked", "ca", [self.pki.client])

    def make_old_crl(self):
        return self.pki.crl("explain_old", "ca", past=True)

    def make_other_crl(self):
        return self.pki.crl("explain_other", "other")
