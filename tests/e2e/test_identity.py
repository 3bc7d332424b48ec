"""test_identity.py - certificates, keys and pass phrases, from files and not

SPDX-License-Identifier: Apache-2.0
"""
import hashlib
import os
import pty
import re
import signal
import ssl
import subprocess
import termios

import pytest

import servers
from clients import call, connect, context, need
from pki import Pair, openssl
from test_command_line import refused

WORD = "open sesame"


def serve(server, *args, **options):
    """A server with none but the files of `args`."""
    return server("-www", *args, certs=False, **options)


def der(path):
    """The certificates of a PEM file."""
    text = open(path).read()
    return [ssl.PEM_cert_to_DER_cert(block) for block in re.findall(
        "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", text,
        re.S)]


def leaf(there, pki, **options):
    """The certificate that a server shows, without judging it."""
    made = context(pki, **options)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    with connect(there, pki, context=made) as peer:
        return peer.getpeercert(binary_form=True)


@pytest.fixture(scope="session")
def forms(pki):
    """The ECDSA key in every form that is read."""
    plain, made = pki.ecdsa.key, {}

    def add(name, *command):
        made[name] = pki.path("form-" + name)
        openssl(*command, "-in", plain, "-out", made[name])

    # what every library reads under a pass phrase, old ones included
    word = ("-v2", "des3", "-passout", "pass:" + WORD)
    add("pkcs8.pem", "pkey")
    add("pkcs8.der", "pkey", "-outform", "DER")
    add("sec1.pem", "ec")
    add("sec1.der", "ec", "-outform", "DER")
    add("encrypted.pem", "pkcs8", "-topk8", *word)
    add("traditional.pem", "ec", "-aes128", "-passout", "pass:" + WORD)
    add("encrypted.der", "pkcs8", "-topk8", "-outform", "DER", *word)
    return made


# ---- wrong files -----------------------------------------------------------


@pytest.fixture
def wrong(tmp_path, pki):
    """A directory of files that are no good."""
    text = open(pki.rsa.cert).read()
    (tmp_path / "directory").mkdir()
    (tmp_path / "empty").write_text("")
    (tmp_path / "large").write_bytes(bytes(2 << 20))
    (tmp_path / "words").write_text("no certificate\n")
    (tmp_path / "cut").write_text(text[:len(text) // 2])
    (tmp_path / "damaged").write_text(text.replace("MII", "MAA", 1))
    (tmp_path / "letters").write_text(text.replace("\nMII", "\n!!!", 1))
    return tmp_path


@pytest.mark.parametrize("option", ["-cert", "-key", "-CAfile", "-dcert"])
@pytest.mark.parametrize("name, words", [
    ("nothing", "there is no such file"),
    ("directory", "is a directory"),
    ("empty", "is empty"),
    ("large", "larger than"),
    ("words", "neither PEM nor DER"),
    ("cut", "END line|no private key"),
    ("damaged", "damaged|no private key"),
    ("letters", "damaged|no private key"),
])
def test_names_option_file_and_reason(wrong, pki, option, name, words):
    args = ["-cert", pki.rsa.cert, "-key", pki.rsa.key, "-verify", "1"]
    if option in args:
        args[args.index(option) + 1] = wrong / name
    else:
        args += [option, wrong / name]
    line = refused(*args)
    assert "%s %s: " % (option, wrong / name) in line
    assert re.search(words, line)


def test_refuses_an_unreadable_file(tmp_path, pki):
    path = tmp_path / "locked"
    path.write_text("x")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads everything")
    assert "permissions" in refused("-cert", path)


@pytest.mark.parametrize("args, words", [
    (["-cert", "{0.rsa.cert}"], "-key"),
    (["-cert", "{0.rsa.key}"], "no certificate"),
    (["-cert", "{0.rsa.cert}", "-key", "{0.ecdsa.key}"],
        "match|belong"),
    (["-cert", "{0.rsa.cert}", "-certform", "DER"], "-certform DER but"),
    (["-cert", "{0.rsa.cert}", "-key", "{0.rsa.key}", "-keyform", "DER"],
        "-keyform DER but"),
    (["-dkey", "{0.rsa.key}"], "-dkey needs -dcert"),
])
def test_refuses_what_does_not_go_together(backend, pki, args, words):
    line = refused("-backend", backend, *[arg.format(pki) for arg in args])
    assert re.search(words, line)


def test_refuses_a_key_without_its_certificate(pki, tmp_path):
    assert "server.pem" in refused("-key", pki.rsa.key, cwd=tmp_path)


# ---- keys in their forms ---------------------------------------------------


@pytest.mark.parametrize("form", ["pkcs8.pem", "pkcs8.der", "sec1.pem",
    "sec1.der"])
def test_reads_keys_of_every_form(server, pki, forms, backend, form):
    there = serve(server, "-cert", pki.ecdsa.cert,
        "-key", forms[form], "-keyform", form[-3:])
    assert leaf(there, pki) == der(pki.ecdsa.cert)[0]


def test_reads_a_certificate_in_der(server, pki, backend, tmp_path):
    openssl("x509", "-in", pki.rsa.cert, "-outform", "DER",
        "-out", str(tmp_path / "cert.der"))
    there = serve(server, "-cert", tmp_path / "cert.der",
        "-key", pki.rsa.key)
    assert leaf(there, pki) == der(pki.rsa.cert)[0]


@pytest.mark.needs("key_encrypted")
@pytest.mark.parametrize("form", ["encrypted.pem", "encrypted.der",
    "traditional.pem"])
def test_reads_pass_phrases_of_every_source(server, pki, forms, backend,
    form, tmp_path):
    (tmp_path / "word").write_text(WORD + "\nsecond line\n")
    here, there = os.pipe()
    os.write(there, WORD.encode() + b"\n")
    sources = [
        ("pass:" + WORD, {}),
        ("env:THE_WORD", {"env": {"THE_WORD": WORD}}),
        ("file:%s" % (tmp_path / "word"), {}),
        ("fd:%d" % here, {"pass_fds": [here]}),
        ("stdin", {"stdin": os.open(tmp_path / "word", os.O_RDONLY)}),
    ]
    for source, options in sources:
        one = serve(server, "-cert", pki.ecdsa.cert,
            "-key", forms[form], "-pass", source, **options)
        assert leaf(one, pki) == der(pki.ecdsa.cert)[0]


@pytest.mark.needs("key_encrypted")
def test_refuses_a_wrong_pass_phrase(pki, forms, backend):
    line = refused("-backend", backend, "-cert", pki.ecdsa.cert,
        "-key", forms["encrypted.pem"], "-pass", "pass:wrong")
    assert forms["encrypted.pem"] in line
    assert "wrong" not in line.replace("wrong pass phrase", "")


@pytest.mark.parametrize("source, words", [
    ("env:NO_SUCH_NAME", "no environment variable"),
    ("file:/no/such/file", "No such file"),
    ("fd:987", "Bad file descriptor"),
    ("stdin", "no line 1"),
])
def test_refuses_a_source_that_gives_nothing(pki, forms, source, words):
    line = refused("-cert", pki.ecdsa.cert, "-key", forms["encrypted.pem"],
        "-pass", source)
    assert "-pass " + source in line
    assert words in line


@pytest.mark.needs("key_encrypted", "identities")
def test_takes_two_lines_of_one_source(server, pki, forms, backend,
    tmp_path):
    openssl("pkcs8", "-topk8", "-v2", "des3", "-in", pki.rsa.key,
        "-passout", "pass:two", "-out", str(tmp_path / "rsa.key"))
    (tmp_path / "words").write_text(WORD + "\ntwo\n")
    for source in ("file:%s" % (tmp_path / "words"), "stdin"):
        there = serve(server, "-cert", pki.ecdsa.cert,
            "-key", forms["encrypted.pem"], "-pass", source,
            "-dcert", pki.rsa.cert, "-dkey", tmp_path / "rsa.key",
            "-dpass", source,
            stdin=os.open(tmp_path / "words", os.O_RDONLY))
        assert leaf(there, pki, version="tls1_2", ciphers="aRSA") == \
            der(pki.rsa.cert)[0]
        assert leaf(there, pki, version="tls1_2", ciphers="aECDSA") == \
            der(pki.ecdsa.cert)[0]


# ---- asking the terminal ---------------------------------------------------


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *args):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Whoever runs all this in the background may ignore it.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execv(servers.PROGRAM, [servers.PROGRAM, "s_server",
                "-accept", "127.0.0.1:0"] + [str(arg) for arg in args])
        self.seen = b""

    def read_until(self, words):
        while words not in self.seen:
            try:
                piece = os.read(self.fd, 4096)
            except OSError:
                piece = b""
            assert piece, self.seen
            self.seen += piece

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def wait(self):
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return status


@pytest.fixture
def asked(pki, forms):
    there = Terminal("-www", "-cert", pki.ecdsa.cert,
        "-key", forms["encrypted.pem"])
    there.read_until(b"Enter pass phrase for %s:"
        % forms["encrypted.pem"].encode())
    return there


def test_asks_the_terminal_without_echo(asked):
    assert not asked.echoes()
    os.write(asked.fd, WORD.encode() + b"\n")
    asked.read_until(b"ACCEPT")
    assert asked.echoes()
    assert WORD.encode() not in asked.seen
    asked.end()


def test_gives_the_echo_back_when_it_is_interrupted(asked):
    os.write(asked.fd, b"\x03")
    pid, status = os.waitpid(asked.pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT
    assert asked.echoes()
    os.close(asked.fd)


def test_ends_when_the_terminal_says_nothing(asked):
    os.write(asked.fd, b"\x04")
    asked.read_until(b"give it with -pass")
    assert os.WEXITSTATUS(asked.wait()) == 2


def test_says_how_to_do_without_a_terminal(pki, forms):
    done = subprocess.run([servers.PROGRAM, "s_server", "-cert",
        pki.ecdsa.cert, "-key", forms["encrypted.pem"]],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True, timeout=servers.DEADLINE)
    assert done.returncode == 2
    assert "give its pass phrase with -pass" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# ---- chains ----------------------------------------------------------------


@pytest.fixture(scope="session")
def chain(pki, tmp_path_factory):
    """A leaf, the one between, and the root, in one file with its key."""
    here = tmp_path_factory.mktemp("chain")
    between = here / "between"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout",
        "%s.key" % between, "-out", "%s.csr" % between, "-subj",
        "/CN=Between")
    (here / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\n"
        "keyUsage=keyCertSign\n")
    openssl("x509", "-req", "-in", "%s.csr" % between, "-CA", pki.ca.cert,
        "-CAkey", pki.ca.key, "-set_serial", "7", "-extfile",
        str(here / "ca.ext"), "-out", "%s.crt" % between, "-days", "2")
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout",
        str(here / "leaf.key"), "-out", str(here / "leaf.csr"), "-subj",
        "/CN=localhost")
    (here / "leaf.ext").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", str(here / "leaf.csr"), "-CA",
        "%s.crt" % between, "-CAkey", "%s.key" % between, "-set_serial",
        "8", "-extfile", str(here / "leaf.ext"), "-out",
        str(here / "leaf.crt"), "-days", "2")
    whole = here / "whole.pem"
    whole.write_text("".join(open(name).read() for name in
        (here / "leaf.key", here / "leaf.crt", "%s.crt" % between,
        pki.ca.cert)))
    return str(whole)


def test_sends_the_chain_without_its_root(server, pki, chain, backend,
    version):
    need("openssl")
    there = serve(server, "-cert", chain)
    with connect(there, pki, version=version):
        pass		# complete, since only the root is trusted
    said = call("openssl", "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-showcerts", text=b"", status=None)
    sent = [ssl.PEM_cert_to_DER_cert(block + "\n") for block in re.findall(
        "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", said,
        re.S)]
    # s_client prints the leaf once more
    assert sent[:2] == der(chain)[:2]
    assert der(chain)[2] not in sent


# ---- no file at all --------------------------------------------------------


def test_takes_server_pem_of_the_current_directory(server, pki, tmp_path,
    backend):
    (tmp_path / "server.pem").write_text(open(pki.rsa.cert).read() +
        open(pki.rsa.key).read())
    there = serve(server, cwd=tmp_path)
    assert leaf(there, pki) == der(pki.rsa.cert)[0]


@pytest.mark.needs("make_key")
def test_makes_a_certificate_for_localhost(server, pki, tmp_path, backend):
    there = serve(server, cwd=tmp_path)
    made = leaf(there, pki)
    (tmp_path / "made.pem").write_text(ssl.DER_cert_to_PEM_cert(made))
    # trusting it is enough; OpenSSL takes no wildcard for a
    # whole top-level domain
    judge = ssl.create_default_context(cafile=str(tmp_path / "made.pem"))
    for name in ("localhost", "127.0.0.1", "::1"):
        with connect(there, pki, name=name, context=judge):
            pass
    there.stop()
    digest = hashlib.sha256(made).hexdigest().upper()
    colons = ":".join(re.findall("..", digest))
    notes = [line for line in there.err.text().splitlines()
        if "certificate for localhost" in line]
    assert len(notes) == 1
    assert "ECDSA P-256, valid 30 days" in notes[0]
    assert notes[0].endswith("SHA-256 fingerprint " + colons)


@pytest.mark.needs("make_key")
def test_makes_what_every_reader_understands(server, pki, tmp_path,
    backend):
    there = serve(server, cwd=tmp_path)
    path = tmp_path / "made.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(leaf(there, pki)))
    said = call("openssl", "x509", "-in", path, "-noout", "-text")
    for words in ("CA:FALSE", "TLS Web Server Authentication",
        "DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, "
        "IP Address:0:0:0:0:0:0:0:1", "Subject Key Identifier"):
        assert words in said
    call("openssl", "verify", "-x509_strict", "-CAfile", path, path)
    said = call(need("certtool"), "--certificate-info", "--infile", path)
    for words in ("DNSname: *.localhost", "IPAddress: ::1",
        "TLS WWW Server", "Certificate Authority (CA): FALSE"):
        assert words in said


@pytest.mark.needs("make_key", "identities")
def test_makes_an_rsa_certificate_for_old_suites(server, pki, tmp_path,
    backend):
    there = serve(server, "-cipher", "ALL", cwd=tmp_path)
    for kind in ("aRSA", "aECDSA"):
        assert leaf(there, pki, version="tls1_2", ciphers=kind)
    there.stop()
    assert "(RSA 2048, " in there.err.text()


def test_makes_another_certificate_each_time(server, pki, tmp_path,
    backend):
    first, second = (leaf(serve(server, cwd=tmp_path), pki)
        for _ in range(2))
    assert first != second


@pytest.mark.needs("identities")
def test_serves_each_client_the_certificate_it_can_use(server, pki,
    backend):
    there = serve(server, "-cert", pki.ecdsa.cert,
        "-key", pki.ecdsa.key, "-dcert", pki.rsa.cert,
        "-dkey", pki.rsa.key)
    for kind, pair in (("aRSA", pki.rsa), ("aECDSA", pki.ecdsa)):
        assert leaf(there, pki, version="tls1_2", ciphers=kind) == \
            der(pair.cert)[0]
