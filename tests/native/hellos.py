"""hellos.py - ClientHellos of the clients here, and variations of them

SPDX-License-Identifier: Apache-2.0

    for name, records in corpus(150, seed=1):
        print(name, records.hex())

What is recorded depends on the clients that are installed; how it is varied,
only on the seed.
"""
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading

CLIENTS = [
    ("curl", ["curl", "-sk", "https://localhost:{port}/"]),
    ("curl_http1.1", ["curl", "-sk", "--http1.1",
        "https://localhost:{port}/"]),
    ("wget", ["wget", "-q", "--tries=1", "--no-check-certificate", "-O",
        "/dev/null", "https://localhost:{port}/"]),
    ("s_client", ["openssl", "s_client", "-connect", "localhost:{port}"]),
    ("s_client_alpn", ["openssl", "s_client", "-connect",
        "localhost:{port}", "-alpn", "h2,http/1.1", "-servername",
        "localhost"]),
    ("s_client_1.2", ["openssl", "s_client", "-connect",
        "localhost:{port}", "-tls1_2"]),
    ("s_client_all", ["openssl", "s_client", "-connect",
        "localhost:{port}", "-cipher", "ALL:@SECLEVEL=0", "-tls1_2"]),
    ("s_client_old", ["openssl", "s_client", "-connect",
        "localhost:{port}", "-cipher", "ALL:@SECLEVEL=0", "-tls1_1"]),
    ("s_client_groups", ["openssl", "s_client", "-connect",
        "localhost:{port}", "-groups", "P-384:X25519:P-256:X448"]),
    ("gnutls_cli", ["gnutls-cli", "--insecure", "-p", "{port}",
        "localhost"]),
    ("gnutls_cli_legacy", ["gnutls-cli", "--insecure", "-p", "{port}",
        "--priority", "LEGACY", "localhost"]),
    ("gnutls_cli_secure", ["gnutls-cli", "--insecure", "-p", "{port}",
        "--priority", "SECURE256", "localhost"]),
    ("chromium", ["chromium", "--headless", "--no-sandbox",
        "--disable-gpu", "--ignore-certificate-errors", "--dump-dom",
        "https://localhost:{port}/"]),
]
DEADLINE = 20


def recv_exactly(peer, size):
    data = b""
    while len(data) < size:
        piece = peer.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read_hello(peer):
    """The message in the records at the start of a connection."""
    message = b""
    while len(message) < 4 or \
            len(message) < 4 + int.from_bytes(message[1:4], "big"):
        header = recv_exactly(peer, 5)
        message += recv_exactly(peer, int.from_bytes(header[3:], "big"))
    return message


def python(port):
    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    try:
        with socket.create_connection(("127.0.0.1", port),
                DEADLINE) as plain:
            made.wrap_socket(plain, server_hostname="localhost")
    except OSError:
        pass


def record_one(command):
    """The hello of a client, on a port of its own: some open several
    connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE)
        port = listener.getsockname()[1]
        if command:
            client = subprocess.Popen(
                [word.format(port=port) for word in command],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True)
        else:
            client = threading.Thread(target=python, args=(port,),
                daemon=True)
            client.start()
        try:
            with listener.accept()[0] as peer:
                peer.settimeout(DEADLINE)
                return read_hello(peer)
        finally:
            if command:
                os.killpg(client.pid, signal.SIGKILL)
                client.wait()


def record():
    """[(name, message)] of the clients that are installed."""
    found = []
    for name, command in CLIENTS + [("python", None)]:
        if command and not shutil.which(command[0]):
            continue
        try:
            found.append((name, record_one(command)))
        except (EOFError, OSError) as error:
            print("%s: %s" % (name, error), file=sys.stderr)
    return found


# ---- a hello taken apart --------------------------------------------------


class Hello:
    def __init__(self, message):
        body = message[4:]
        self.legacy, self.random = body[:2], body[2:34]
        at = 34
        self.session, at = self.vector(body, at, 1)
        suites, at = self.vector(body, at, 2)
        self.suites = self.pairs(suites)
        self.compression, at = self.vector(body, at, 1)
        self.extensions = []
        if at < len(body):
            rest, at = self.vector(body, at, 2)
            at = 0
            while at < len(rest):
                kind = int.from_bytes(rest[at:at + 2], "big")
                value, at = self.vector(rest, at + 2, 2)
                self.extensions.append((kind, value))

    @staticmethod
    def vector(data, at, width):
        size = int.from_bytes(data[at:at + width], "big")
        at += width
        return data[at:at + size], at + size

    @staticmethod
    def pairs(data):
        return [data[at:at + 2] for at in range(0, len(data), 2)]

    def get(self, kind):
        return dict(self.extensions).get(kind)

    def put(self, kind, value):
        """Replaces or, with None, removes."""
        self.extensions = [(one, value if one == kind else old)
            for one, old in self.extensions
            if one != kind or value is not None]

    def records(self):
        def vector(data, width):
            return len(data).to_bytes(width, "big") + data

        body = self.legacy + self.random + vector(self.session, 1) + \
            vector(b"".join(self.suites), 2) + vector(self.compression, 1)
        if self.extensions:
            body += vector(b"".join(kind.to_bytes(2, "big") +
                vector(value, 2) for kind, value in self.extensions), 2)
        return b"\x16\x03\x01" + vector(b"\x01" + vector(body, 3), 2)


# ---- variations -----------------------------------------------------------

GROUPS, SIGNATURES, ALPN, PADDING, PSK, VERSIONS, SHARES = \
    10, 13, 16, 21, 41, 43, 51
# Extensions that a client may lack.
OPTIONAL = [5, 11, 18, 22, 23, 27, 35, 45, 65281, ALPN]
PROTOCOLS = [[b"h2"], [b"http/1.1"], [b"h2", b"http/1.1"],
    [b"http/1.1", b"h2"], [b"x"], [b"x", b"h2"], [b"http/1.0"]]


def some(chance, items, shuffled=0.3):
    """Some of them, at least one, mostly in their order."""
    kept = chance.sample(range(len(items)),
        chance.randint(1, len(items)))
    if chance.random() >= shuffled:
        kept.sort()
    return [items[at] for at in kept]


def vary_list(chance, hello, kind, width):
    value = hello.get(kind)
    if value is not None:
        kept = b"".join(some(chance, hello.pairs(value[width:])))
        hello.put(kind, len(kept).to_bytes(width, "big") + kept)


def vary_suites(chance, hello):
    hello.suites = some(chance, hello.suites)


def vary_groups(chance, hello):
    vary_list(chance, hello, GROUPS, 2)
    shares = hello.get(SHARES)
    if shares is None or hello.get(GROUPS) is None:
        return
    groups, kept, at = hello.pairs(hello.get(GROUPS)[2:]), [], 2
    while at < len(shares):
        group = shares[at:at + 2]
        key, end = hello.vector(shares, at + 2, 2)
        if group in groups:
            kept.append((groups.index(group), shares[at:end]))
        at = end
    value = b"".join(share for _, share in sorted(kept))
    hello.put(SHARES, len(value).to_bytes(2, "big") + value)


def vary_signatures(chance, hello):
    vary_list(chance, hello, SIGNATURES, 2)


def vary_versions(chance, hello):
    if hello.get(VERSIONS) is None:
        hello.legacy = chance.choice([b"\3\1", b"\3\2", b"\3\3"])
    elif chance.random() < 0.4:
        for kind in (VERSIONS, SHARES, 45):
            hello.put(kind, None)
    else:
        vary_list(chance, hello, VERSIONS, 1)


def vary_alpn(chance, hello):
    names = chance.choice(PROTOCOLS)
    value = b"".join(bytes([len(name)]) + name for name in names)
    hello.put(ALPN, None)
    hello.extensions.insert(0, (ALPN, len(value).to_bytes(2, "big") + value))


def vary_order(chance, hello):
    chance.shuffle(hello.extensions)


def vary_presence(chance, hello):
    for kind in chance.sample(OPTIONAL, chance.randint(1, 4)):
        hello.put(kind, None)


VARY = [vary_suites, vary_groups, vary_signatures, vary_versions, vary_alpn,
    vary_order, vary_presence]


def corpus(number, seed=1):
    """`number` pairs of a name and the records of a hello: those recorded,
    then variations of them."""
    bases = record()
    chance = random.Random(seed)
    for at in range(number):
        name, message = bases[at % len(bases)]
        hello = Hello(message)
        # Nothing to resume, and no length to pad to.
        hello.put(PSK, None)
        hello.put(PADDING, None)
        if at >= len(bases):
            for vary in chance.sample(VARY, chance.randint(1, 4)):
                vary(chance, hello)
        yield "%s.%u" % (name, at), hello.records()
