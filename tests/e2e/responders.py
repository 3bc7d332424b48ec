"""responders.py - OCSP responders: openssl(1), and worse ones

SPDX-License-Identifier: Apache-2.0

    authority = Authority(directory)
    with Responder(authority.answer) as responder:
        pair = authority.make("leaf", 5, responder.url)
        ...
        assert len(responder.requests) == 1
"""
import re
import socket
import subprocess
import threading

from pki import NAMES, Pair, openssl
from servers import DEADLINE

HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\n"
    b"Content-Length: %d\r\n\r\n")


def http(body):
    return HEAD % len(body) + body


def elements(der):
    """Its elements: where each begins, where its content does, its end."""
    at, found = 0, []
    while at < len(der):
        length, start = der[at + 1], at + 2
        if length & 0x80:
            start += length & 0x7f
            length = int.from_bytes(der[at + 2:start], "big")
        found.append((at, start, start + length))
        at = start + length
    return found


class Authority:
    """A CA with an RSA key, whose certificates may name a responder.  Serial
    numbers say what becomes of them: see INDEX."""

    INDEX = (
        "V\t401127000000Z\t\t%02X\tunknown\t/CN=localhost\n"
        "V\t401127000000Z\t\t%02X\tunknown\t/CN=localhost\n"
        "R\t401127000000Z\t260101120000Z,keyCompromise\t%02X\tunknown\t"
        "/CN=localhost\n")
    GOOD, ALSO_GOOD, REVOKED, UNKNOWN = 0x11, 0x12, 0x13, 0x14

    def __init__(self, directory):
        self.directory = directory
        self.ca = Pair(str(directory / "ca.pem"), str(directory / "ca.key"))
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
            self.ca.key, "-out", self.ca.cert, "-subj", "/CN=OCSP CA",
            "-days", "2")
        self.index = directory / "index"
        self.index.write_text(self.INDEX % (self.GOOD, self.ALSO_GOOD,
            self.REVOKED))
        (directory / "index.attr").write_text("unique_subject = no\n")
        self.lock = threading.Lock()

    def make(self, name, serial, url=None, kind="ec", issuer=None):
        """A certificate for localhost."""
        pair = Pair(str(self.directory / (name + ".pem")),
            str(self.directory / (name + ".key")))
        extensions = self.directory / (name + ".ext")
        extensions.write_text(
            "basicConstraints=CA:FALSE\nsubjectAltName=%s\n" % NAMES +
            ("authorityInfoAccess=OCSP;URI:%s\n" % url if url else ""))
        how = ["rsa_keygen_bits:2048"] if kind == "rsa" else \
            ["ec_paramgen_curve:P-256"]
        openssl("req", "-newkey", kind, "-pkeyopt", *how, "-nodes",
            "-keyout", pair.key, "-out", pair.cert + ".csr", "-subj",
            "/CN=localhost")
        openssl("x509", "-req", "-in", pair.cert + ".csr", "-CA",
            self.ca.cert, "-CAkey", self.ca.key, "-set_serial", str(serial),
            "-out", pair.cert, "-extfile", str(extensions), "-days", "2")
        return pair

    def response(self, request, *options):
        """What openssl(1) answers."""
        with self.lock:
            asked = self.directory / "request.der"
            given = self.directory / "response.der"
            asked.write_bytes(request)
            openssl("ocsp", "-index", str(self.index), "-CA", self.ca.cert,
                "-rsigner", self.ca.cert, "-rkey", self.ca.key, "-reqin",
                str(asked), "-respout", str(given),
                *(options or ["-ndays", "1"]))
            return given.read_bytes()

    def response_for(self, pair, *options):
        request = self.directory / "made.der"
        openssl("ocsp", "-issuer", self.ca.cert, "-cert", pair.cert,
            "-no_nonce", "-reqout", str(request))
        return self.response(request.read_bytes(), *options)

    def expired_for(self, pair):
        """The same of years ago, signed anew."""
        der = self.response_for(pair, "-ndays", "1", "-resp_no_certs")
        old = re.sub(rb"(\x18\x0f)20\d\d", rb"\g<1>2021", der)
        assert old != der
        # response > bytes > OCTET STRING > basic > data
        at = old.index(b"\x04\x82") + 4
        basic = at + elements(old[at:])[0][1]
        _, _, end = elements(old[basic:])[0]
        data = self.directory / "data"
        data.write_bytes(old[basic:basic + end])
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign",
            self.ca.key, str(data)], check=True,
            stdout=subprocess.PIPE).stdout
        return old[:-len(signature)] + signature

    def answer(self, request):
        return http(self.response(request))


class Responder:
    """Answers each request with what `answer` makes of it: bytes for the
    socket, or None: never."""

    def __init__(self, answer, family=socket.AF_INET):
        self.answer = answer
        self.requests = []
        self.heads = []
        self.changed = threading.Condition()
        self.open = []
        self.listener = socket.socket(family)
        self.listener.bind(("localhost", 0))
        self.listener.listen(50)
        self.port = self.listener.getsockname()[1]
        self.url = "http://127.0.0.1:%d/ocsp" % self.port
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with self.changed:
                self.open.append(peer)
            threading.Thread(target=self.talk, args=(peer,),
                daemon=True).start()

    def talk(self, peer):
        try:
            data = b""
            while b"\r\n\r\n" not in data:
                piece = peer.recv(4096)
                if not piece:
                    return
                data += piece
            head, body = data.split(b"\r\n\r\n", 1)
            length = int(re.search(rb"(?i)content-length: *(\d+)",
                head).group(1))
            while len(body) < length:
                body += peer.recv(4096)
            with self.changed:
                self.heads.append(head)
                self.requests.append(body)
                self.changed.notify_all()
            answer = self.answer(body)
            if answer is not None:
                peer.sendall(answer)
                peer.close()
        except OSError:
            pass

    def wait(self, number):
        """Until so many requests have come."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: len(self.requests) >= number, DEADLINE), \
                "%d requests" % len(self.requests)

    def close(self):
        if self.listener.fileno() < 0:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.changed:
            for peer in self.open:
                peer.close()


class OpensslResponder:
    """openssl ocsp, on a port that it says."""

    def __init__(self, authority):
        self.process = subprocess.Popen(["openssl", "ocsp", "-port", "0",
            "-index", str(authority.index), "-CA", authority.ca.cert,
            "-rsigner", authority.ca.cert, "-rkey", authority.ca.key,
            "-ndays", "1"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline().decode()
        found = re.search(r"ACCEPT .*:(\d+)", line)
        assert found, "openssl ocsp says %r" % line
        self.url = "http://127.0.0.1:%s/" % found.group(1)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
