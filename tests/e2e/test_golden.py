"""test_golden.py - the text output, whole, and beside the reference's

SPDX-License-Identifier: Apache-2.0

Each scene is played twice with the same client, openssl s_client: once with
openssl s_server and once with our server on each backend.  Lines that scripts
look for must be equal, where the reference prints them; and all that we print
must be what tests/golden/ has kept of it, both made alike by `plain`.

tests/golden/SCENE.txt is for all backends, SCENE.BACKEND.txt for one whose
library has words or steps of its own.  "make golden" writes them anew.
"""
import difflib
import os
import re
import select
import shutil
import subprocess
import threading
import time

import pytest

from conftest import BACKENDS, reason_against
from servers import DEADLINE, PROGRAM, Pipe, Server

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir,
    "golden")

# One suite, one group, one signature algorithm for each version: what is
# printed does not depend on what a release has besides.
COMMON = ["-servername", "localhost"]
CLIENT = {
    "tls1_2": COMMON + ["-tls1_2", "-groups", "P-256", "-cipher",
        "ECDHE-ECDSA-AES128-GCM-SHA256", "-sigalgs", "ECDSA+SHA256"],
    "tls1_3": COMMON + ["-tls1_3", "-groups", "P-256", "-ciphersuites",
        "TLS_AES_128_GCM_SHA256", "-sigalgs", "ECDSA+SHA256"],
}


# ---- what is alike -------------------------------------------------------

PLAIN = [
    (r"ACCEPT 127\.0\.0\.1:\d+", "ACCEPT 127.0.0.1:PORT"),
    (r"https://localhost:\d+/", "https://localhost:PORT/"),
    (r"(?s)(-----BEGIN [A-Z0-9 ]+-----\n).*?(-----END)", r"\1...\n\2"),
    # dumps of -msg, of -debug and -tlsextdebug
    (r"(?m)(^    [0-9a-f]{2}( [0-9a-f]{2}){0,15}\n)+", "    ...\n"),
    (r"(?m)(^[0-9a-f]{4,} - .*\n)+", "0000 - ...\n"),
    (r"\[length [0-9a-f]{4,}\]", "[length ....]"),
    (r"(client extension .*), len=\d+", r"\1, len=..."),
    (r"(read from|write to) (conn \d+ \[[0-9.]+\]|0x[0-9a-f]+ "
        r"\[0x[0-9a-f]+\]) \(\d+ bytes => (-1|\d+ \(0x[0-9A-F]+\))\)",
        r"\1 ... (... bytes => ...)"),
    # what a client of another release says in another way
    (r":TLS_EMPTY_RENEGOTIATION_INFO_SCSV", ""),
    (r"(?m)^Signalling ciphers: .*\n", ""),
    (r"(?m)^TLS client extension \"(renegotiation info|"
        r"compress certificate)\" .*\n(0000 - \.\.\.\n)?", ""),
    # what a library of another release reads at once, or passes over
    (r"(?m)^<<< (.*, RecordHeader|TLS 1\.3, ChangeCipherSpec) .*\n"
        r"    \.\.\.\n", ""),
    # since the reference has raw public keys
    (r"(?m)^No peer certificate or raw public key$", "No peer certificate"),
    # names, before and after 3.2
    (r"(?m)^((?:subject=|issuer=|depth=).*)$",
        lambda found: found.group(1).replace(" = ", "=")),
    # a library's own words after ours
    (r"(?m)^(conn \d+: .*?)\(?[a-z0-9_]+: [^;]*; client [0-9.:]+\)$",
        r"\1(LIBRARY: ...)"),
    # what other backends would do
    (r"(?m)^(conn \d+: why: .*); [a-z0-9_, ]+ would (?:not )?have agreed.*$",
        r"\1"),
]


def plain(text):
    for pattern, words in PLAIN:
        text = re.sub(pattern, words, text)
    # as many reads, writes and waits as it takes
    text = re.sub(r"(DELAY\n)+", "DELAY\n", text).replace("Read BLOCK\n", "")
    text = re.sub(r"((read from|write to) \.\.\. \(\.\.\. bytes => \.\.\.\)\n"
        r"(0000 - \.\.\.\n)?)+", r"\1", text)
    return text


# What section by section scripts look for: it is compared in the order in
# which it stands, each kind by itself.
KEPT = [
    r"Using default temp DH parameters$",
    r"ACCEPT( 127\.0\.0\.1:PORT)?$", r"CIPHER is ", r"Shared ciphers:",
    r"Reused session-id$", r"NEXTPROTO is ", r"Client certificate$",
    r"subject=", r"issuer=", r"DONE$", r"ERROR$", r"CONNECTION CLOSED$",
    r"shutting down SSL$", r"depth=", r"verify error:num=",
    r"verify return:", r"FILE:", r"cert_status: ",
    r'Hostname in TLS extension: "', r"-----(BEGIN|END) SSL SESSION",
    r" {0,3}\d+ (items|client|server|session|callback|cache) ",
    r"SSL3 alert (read|write):", r"(read from|write to) \.\.\. ",
    r'TLS client extension "', r"0000 - ",
    r"SSL_do_handshake -> ", r"Turned on non blocking io$", r"DELAY$",
    r"SSL_accept:", r"Protocol version: ", r"Ciphersuite: ",
    r"Peer certificate: ", r"No peer certificate$",
    r"(<<<|>>>) .*, Handshake \[length \.\.\.\.\], ",
    r"(<<<|>>>) .*, Alert \[length \.\.\.\.\], ",
    r"(<<<|>>>) .*, (RecordHeader|InnerContent) \[length \.\.\.\.\]$",
]


def kept(text, pattern):
    return [line for line in text.splitlines() if re.match(pattern, line)]


# ---- two servers, one client ---------------------------------------------


def link_of(path):
    """Where a link leads; nowhere when it has gone meanwhile."""
    try:
        return os.readlink(path)
    except FileNotFoundError:
        return None


class Reference:
    """openssl s_server, which tells what happens by its words alone."""

    def __init__(self, args):
        self.changed = threading.Condition()
        self.process = subprocess.Popen(["openssl", "s_server", "-accept",
            "127.0.0.1:0"] + args, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out = Pipe(os.dup(self.process.stdout.fileno()), self.changed)
        self.err = Pipe(os.dup(self.process.stderr.fileno()), self.changed)
        self.process.stdout.close()
        self.process.stderr.close()
        self.port = self.listening()

    def listening(self):
        """Its port.  With -quiet it says none, so the system is asked."""
        end = time.monotonic() + DEADLINE
        files = "/proc/%d/fd" % self.process.pid
        while time.monotonic() < end and self.process.poll() is None:
            sockets = {link_of(os.path.join(files, name))
                for name in os.listdir(files)}
            with open("/proc/net/tcp") as table:
                for line in list(table)[1:]:
                    row = line.split()
                    if row[3] == "0A" and "socket:[%s]" % row[9] in sockets:
                        return int(row[1].split(":")[1], 16)
            select.select([], [], [], 0.02)
        raise AssertionError("the reference never listened")

    def heard(self, pattern, number=1):
        end = time.monotonic() + DEADLINE
        with self.changed:
            while True:
                found = list(re.finditer(pattern, self.out.text() +
                    self.err.text()))
                if len(found) >= number:
                    return found[number - 1]
                left = end - time.monotonic()
                assert left > 0 and not self.out.ended, \
                    "the reference never said %s" % pattern
                self.changed.wait(left)

    def opened(self, number):
        self.heard("CIPHER is |Ciphersuite: ", number)

    def received(self, words):
        self.heard(re.escape(words))

    def obeyed(self, letter):
        self.heard("SSL_do_handshake -> 1")

    def type(self, words):
        self.process.stdin.write(words)
        self.process.stdin.flush()

    def changed_once(self):
        self.heard("verify return:1")

    def finish(self):
        self.process.wait(DEADLINE)
        self.out.thread.join(DEADLINE)
        self.err.thread.join(DEADLINE)

    def kill(self):
        self.process.kill()
        self.finish()
        self.process.stdin.close()


class Ours(Server):
    def opened(self, number):
        self.wait("handshake", number, again=False)

    def received(self, words):
        self.until(lambda: words in "".join(event["text"] for event in
            self.events("data", direction="received")), words)

    def obeyed(self, letter):
        self.wait("command", letter=letter)

    def changed_once(self):
        self.wait("handshake", again=True)


class Client:
    def __init__(self, port, args):
        self.changed = threading.Condition()
        self.process = subprocess.Popen(["openssl", "s_client", "-connect",
            "127.0.0.1:%d" % port, "-quiet"] + args, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.out = Pipe(os.dup(self.process.stdout.fileno()), self.changed)
        self.process.stdout.close()

    def type(self, words):
        self.process.stdin.write(words)
        self.process.stdin.flush()

    def received(self, words):
        end = time.monotonic() + DEADLINE
        with self.changed:
            while words not in self.out.text():
                left = end - time.monotonic()
                assert left > 0 and not self.out.ended, \
                    "the client never had %s" % words
                self.changed.wait(left)

    def leave(self):
        """Whatever it was about: the server has ended or will."""
        self.process.wait(DEADLINE)
        self.out.thread.join(DEADLINE)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.out.thread.join()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass


# ---- what is played ------------------------------------------------------


class Play:
    """One scene with one server."""

    def __init__(self, server, scene, pki, tmp_path):
        self.server, self.scene = server, scene
        self.pki, self.tmp_path = pki, tmp_path
        self.clients = []

    def client(self, *args):
        made = Client(self.server.port, CLIENT[self.scene.version] +
            [str(word) for word in self.scene.client(self)] +
            [str(word) for word in args])
        self.clients.append(made)
        return made


def talk(play):
    """A few words both ways, and Q."""
    client = play.client()
    play.server.opened(1)
    play.server.type(b"from here\n")
    client.received("from here\n")
    client.type(b"from there\n")
    play.server.received("from there")
    play.server.type(b"Q\n")
    client.leave()


def one_request(play):
    client = play.client()
    client.type(b"GET %s HTTP/1.0\r\n\r\n" % play.scene.path.encode())
    client.leave()
    play.answer = client.out.text()


def come_twice(play):
    """The second time with the session of the first."""
    kept = play.tmp_path / ("session-%d" % play.server.port)
    client = play.client("-sess_out", kept)
    play.server.opened(1)
    play.server.type(b"ticket?\n")
    client.received("ticket?\n")
    play.server.type(b"q\n")
    client.leave()
    client = play.client("-sess_in", kept)
    play.server.opened(2)
    play.server.type(b"Q\n")
    client.leave()


def come_and_go(play):
    client = play.client("-no_ign_eof")
    play.server.opened(1)
    client.process.stdin.close()
    client.leave()


def be_refused(play):
    play.client().leave()


def ask_again(play):
    client = play.client()
    play.server.opened(1)
    play.server.type(b"R\n")
    play.server.obeyed("R")
    # s_client's part in it is done while it has something to do.
    client.type(b"from there\n")
    play.server.received("from there")
    play.server.changed_once()
    play.server.type(b"Q\n")
    client.leave()


class Scene:
    def __init__(self, name, play, version="tls1_2", server=lambda play: [],
        client=lambda play: [], needs=(), path="/", ours=(), reference=(),
        unlike=()):
        self.name, self.play, self.version = name, play, version
        self.server, self.client = server, client
        self.needs = (version,) + tuple(needs)
        self.path = path
        self.ours = list(ours)		# options only for ours
        self.reference = list(reference) # options only for that one
        self.unlike = unlike		# kinds that are not compared


def with_certificate(play):
    return ["-cert", play.pki.client.cert, "-key", play.pki.client.key]


def judge(play):
    return ["-Verify", "3", "-CAfile", play.pki.ca.cert]


def ask(play):
    return ["-CAfile", play.pki.ca.cert]


def words(*args):
    return lambda play: list(args)


# How many records there are is the library's own, and so are most states; the
# reference does not say what a client that resumes offers.
RECORDS = (r"(<<<|>>>) .*, (RecordHeader|InnerContent) \[length \.\.\.\.\]$",)
STATES = (r"SSL_accept:",)
OFFERS = (r"Shared ciphers:",)

SCENES = [
    Scene("terminal-tls1_2", talk),
    Scene("terminal-tls1_3", talk, "tls1_3"),
    Scene("certificate-tls1_2", talk, server=judge, client=with_certificate,
        needs=["client_certificate"]),
    Scene("certificate-tls1_3", talk, "tls1_3", judge, with_certificate,
        needs=["client_certificate"]),
    Scene("resumption-tls1_2", come_twice, needs=["tickets"],
        unlike=OFFERS),
    Scene("resumption-tls1_3", come_twice, "tls1_3",
        needs=["tickets_tls1_3"], unlike=OFFERS),
    Scene("refused-tls1_2", be_refused, server=words("-naccept", "1",
        "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384")),
    Scene("refused-tls1_3", be_refused, "tls1_3", words("-naccept", "1",
        "-ciphersuites", "TLS_AES_256_GCM_SHA384"), needs=["cipher_list"]),
    Scene("no-certificate-tls1_2", be_refused, server=lambda play:
        judge(play) + ["-naccept", "1"], needs=["client_certificate"]),
    Scene("page", one_request, server=words("-www", "-naccept", "1")),
    Scene("file", one_request, server=words("-WWW", "-naccept", "1"),
        path="/page.html"),
    Scene("state-tls1_2", talk, server=words("-state"), needs=["states"],
        unlike=STATES),
    Scene("state-tls1_3", talk, "tls1_3", words("-state"),
        needs=["states"], unlike=STATES),
    Scene("state-refused", be_refused, server=words("-state", "-naccept",
        "1", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        needs=["states"], unlike=STATES),
    Scene("msg-tls1_2", talk, server=words("-msg"), needs=["messages"],
        unlike=RECORDS),
    Scene("msg-tls1_3", talk, "tls1_3", words("-msg"), needs=["messages"],
        unlike=RECORDS),
    Scene("tlsextdebug-tls1_2", talk, server=words("-tlsextdebug")),
    Scene("tlsextdebug-tls1_3", talk, "tls1_3", words("-tlsextdebug")),
    Scene("debug", talk, server=words("-debug")),
    Scene("quiet", one_request, server=words("-quiet", "-www", "-naccept",
        "1")),
    Scene("quiet-msg", one_request, server=words("-quiet", "-msg", "-www",
        "-naccept", "1"), needs=["messages"], unlike=RECORDS),
    Scene("quiet-debug", come_and_go, server=words("-quiet", "-debug",
        "-naccept", "1"), unlike=KEPT),
    Scene("quiet-debug-strict", come_and_go, server=words("-quiet", "-debug",
        "-naccept", "1"), ours=["-strict_s_server"]),
    Scene("npn", talk, server=words("-nextprotoneg", "h2,http/1.1"),
        client=words("-nextprotoneg", "http/1.1"), needs=["npn"]),
    Scene("psk", talk, server=words("-psk", "1a2b3c4d", "-cipher",
        "PSK-AES128-GCM-SHA256"), client=words("-psk", "1a2b3c4d",
        "-psk_identity", "Client_identity", "-cipher",
        "PSK-AES128-GCM-SHA256"), needs=["psk"]),
    Scene("status-without-responder", talk, server=words("-status_verbose"),
        client=words("-status"), needs=["status"]),
    Scene("servername", talk, server=lambda play: ["-servername",
        "localhost", "-cert2", play.pki.ecdsa.cert, "-key2",
        play.pki.ecdsa.key]),
    Scene("certificate-by-R", ask_again, server=ask, client=with_certificate,
        needs=["renegotiate_certificate"],
        # Ours forbids it of itself; and prints the certificate.
        reference=["-no_resumption_on_reneg"], unlike=("Client certificate$",
        "subject=", "issuer=", "CIPHER is ",
        "-----(BEGIN|END) SSL SESSION")),
    Scene("brief-tls1_2", come_and_go, server=words("-brief", "-naccept",
        "1")),
    Scene("brief-tls1_3", come_and_go, "tls1_3", words("-brief", "-naccept",
        "1")),
    Scene("nbio", talk, server=words("-nbio")),
]


def name_extension(text):
    """What is alike in every hello, dump and all."""
    return re.findall(r'TLS client extension "(?:server name|supported_groups'
        r'|signature algorithms|supported versions)".*\n'
        r'(?:[0-9a-f]{4} - .*\n)+', text)


def perform(play):
    try:
        play.scene.play(play)
        play.server.finish()
    finally:
        play.server.kill()
        for client in play.clients:
            client.kill()
    text = play.server.out.text()
    return plain(text), plain(play.server.err.text()), name_extension(text)


def root(tmp_path):
    (tmp_path / "page.html").write_text("<p>a page</p>\n")
    return tmp_path


def play_ours(scene, backend, pki, tmp_path):
    class Stand:
        pass
    stand = Stand()
    stand.pki = pki
    args = ["-backend", backend, "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key] + scene.ours + [str(word) for word in
        scene.server(stand)]
    server = Ours(args, stdin="pipe", cwd=root(tmp_path))
    return perform(Play(server, scene, pki, tmp_path))


REFERENCES = {}


def play_reference(scene, pki, tmp_path, monkeypatch):
    """Once for all backends."""
    if scene.name not in REFERENCES:
        monkeypatch.chdir(root(tmp_path))
        class Stand:
            pass
        stand = Stand()
        stand.pki = pki
        server = Reference(["-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key] +
            scene.reference + [str(word) for word in scene.server(stand)])
        REFERENCES[scene.name] = perform(Play(server, scene, pki, tmp_path))
    return REFERENCES[scene.name]


# ---- the tests -----------------------------------------------------------


def whole(out, err):
    return "== standard output\n%s== standard error\n%s" % (out, err)


def differences(before, after, names):
    return "".join(difflib.unified_diff(before.splitlines(True),
        after.splitlines(True), *names))


def compare_with_reference(scene, ours, reference):
    for stream in (0, 1):
        for pattern in KEPT:
            wanted = kept(reference[stream], pattern)
            if not wanted or pattern in scene.unlike:
                continue
            got = kept(ours[stream], pattern)
            if pattern.startswith("ACCEPT"):	# again after each of ours
                got = got[:1]
            if "=> \\.\\.\\." in pattern or pattern.startswith(("0000",
                "(read from")):
                got, wanted = sorted(set(got)), sorted(set(wanted))
            if pattern.startswith("(<<<"):
                # The version of a hello and of what hides a type: the
                # reference has them wrong.
                got, wanted = ([re.sub(r"TLS 1\.\d, ((InnerContent|.*, "
                    "ClientHello).*)", r"\1", line) for line in lines]
                    for lines in (got, wanted))
            if pattern.startswith(" {0,3}"):
                wanted, got = ([re.sub(r"\d+ ", "", line, count=1)
                    for line in lines] for lines in (wanted, got))
            assert got == wanted, pattern


def recorded(scene, backend):
    """The name of the file that this must be like, or None."""
    for name in ("%s.%s.txt" % (scene.name, backend), scene.name + ".txt"):
        path = os.path.join(GOLDEN, name)
        if os.path.exists(path):
            return path
    return None


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_text(scene, backend, pki, tmp_path, monkeypatch):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    for feature in scene.needs:
        reason = reason_against(backend, feature)
        if reason:
            pytest.skip(reason)
    ours = play_ours(scene, backend, pki, tmp_path)
    text = whole(*ours[:2])
    reference = play_reference(scene, pki, tmp_path, monkeypatch)
    assert ours[2] == reference[2]
    compare_with_reference(scene, ours, reference)
    path = recorded(scene, backend)
    assert path, "%s: nothing is recorded of %s: make golden" % (backend,
        scene.name)
    with open(path) as file:
        before = file.read()
    assert text == before, differences(before, text, (os.path.basename(path),
        "now"))
