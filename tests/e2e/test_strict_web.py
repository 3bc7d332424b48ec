"""test_strict_web.py - -www, -WWW and -HTTP by the reference's letter

SPDX-License-Identifier: Apache-2.0

Where openssl s_server is installed it is asked the same, and must say the
same.
"""
import shutil
import subprocess

import pytest

from clients import connect, read_all
from test_golden import Reference

REQUESTS = [
    # what is asked, the body, its type
    ("a.html HTTP/1.0", b"<p>hi\n", "text/html"),
    ("a.HTML HTTP/1.0", b"upper\n", "text/plain"),
    (".htm HTTP/1.0", b"dot\n", "text/plain"),
    ("x.php HTTP/1.1", b"php\n", "text/html"),
    ("t HTTP/1.0", b"text\n", "text/plain"),
    ("dir/t HTTP/1.0", b"deep\n", "text/plain"),
    ("..foo HTTP/1.0", b"dots\n", "text/plain"),
    ("t", b"'t\r\n' is an invalid file name\r\n", "text/plain"),
    ("../x HTTP/1.0", b"'../x' contains '..' or ':'\r\n", "text/plain"),
    ("dir/.. HTTP/1.0", b"'dir/..' contains '..' or ':'\r\n",
        "text/plain"),
    ("a:b HTTP/1.0", b"'a' contains '..' or ':'\r\n", "text/plain"),
    ("dir\\..\\x HTTP/1.0", b"'dir\\..\\x' contains '..' or ':'\r\n",
        "text/plain"),
    ("/t HTTP/1.0", b"'/t' is an invalid path\r\n", "text/plain"),
    ("\\t HTTP/1.0", b"'\\t' is an invalid path\r\n", "text/plain"),
    ("dir HTTP/1.0", b"'dir' is a directory\r\n", "text/plain"),
    ("none HTTP/1.0", b"Error opening 'none' mode='r'\r\n", "text/plain"),
    (" HTTP/1.0", b"Error opening '' mode='r'\r\n", "text/plain"),
    ("t?x=1 HTTP/1.0", b"Error opening 't?x=1' mode='r'\r\n",
        "text/plain"),
    ("%74 HTTP/1.0", b"Error opening '%74' mode='r'\r\n", "text/plain"),
    ("statsx HTTP/1.0", b"Error opening 'statsx' mode='r'\r\n",
        "text/plain"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    (root / "dir").mkdir()
    for name, text in (("a.html", "<p>hi\n"), ("a.HTML", "upper\n"),
        (".htm", "dot\n"), ("x.php", "php\n"), ("t", "text\n"),
        ("dir/t", "deep\n"), ("..foo", "dots\n")):
        (root / name).write_text(text)
    (root / "whole").write_bytes(b"HTTP/1.0 299 mine\r\nX: y\r\n\r\nbody")
    (root / "link").symlink_to("/etc/passwd")
    return root


def ask(port, pki, path):
    class There:
        pass
    there = There()
    there.port = port
    with connect(there, pki) as peer:
        peer.sendall(("GET /%s\r\n\r\n" % path).encode())
        return read_all(peer)


@pytest.mark.parametrize("mode", ["-WWW", "-HTTP"])
def test_answers_by_the_letter(server, pki, tree, monkeypatch, mode):
    there = server(mode, "-strict_s_server", cwd=tree, backend="openssl")
    monkeypatch.chdir(tree)
    reference = Reference([mode, "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key])
    try:
        for path, body, kind in REQUESTS:
            head = b"HTTP/1.0 200 ok\r\nContent-type: %s\r\n\r\n" % \
                kind.encode()
            verbatim = mode == "-HTTP" and b"'" not in body
            wanted = body if verbatim else head + body
            assert ask(there.port, pki, path) == wanted, path
            # A file that is not there comes with its error queue.
            said = ask(reference.port, pki, path)
            assert said[:len(wanted)] == wanted, path
    finally:
        reference.kill()


def test_whole_responses(server, pki, tree):
    there = server("-HTTP", "-strict_s_server", cwd=tree, backend="openssl")
    assert ask(there.port, pki, "whole HTTP/1.0") == \
        (tree / "whole").read_bytes()
    # No statistics here.
    assert b"Error opening 'stats'" in ask(there.port, pki, "stats HTTP/1.0")
    there.stop()
    assert "FILE:whole\n" in there.err.text()


@pytest.mark.parametrize("words, path", [(["-www"], "any HTTP/1.0"),
    (["-WWW"], "stats HTTP/1.0")])
def test_the_page(server, pki, tree, backend, words, path):
    there = server("-strict_s_server", *words, cwd=tree)
    said = ask(there.port, pki, path)
    assert said.startswith(b"HTTP/1.0 200 ok\r\nContent-type: text/html"
        b"\r\n\r\n<HTML><BODY BGCOLOR=\"#ffffff\">\n<pre>\n\ns_server ")
    assert said.endswith(b"no client certificate available\n"
        b"</pre></BODY></HTML>\r\n\r\n")
    for line in (b"\nCiphers supported in s_server binary\n",
        b"\nCiphers common between both SSL end points:\n",
        b"\nSSL-Session:\n", b"server accepts that finished\n"):
        assert line in said


def test_what_stays_sane(server, pki, tree):
    there = server("-WWW", "-strict_s_server", cwd=tree, backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(b"POST /t HTTP/1.0\r\n\r\n")
        assert b" 405 " in read_all(peer).split(b"\r\n")[0]
    assert b"Error opening 'link'" in ask(there.port, pki, "link HTTP/1.0")


def test_without_strict_errors_have_a_status(server, pki, tree):
    there = server("-WWW", cwd=tree, backend="openssl")
    assert b" 404 " in ask(there.port, pki, "none HTTP/1.0")[:20]


@pytest.mark.parametrize("mode", ["-www", "-WWW"])
def test_one_request_a_connection(server, pki, tree, mode):
    there = server(mode, "-strict_s_server", "-keep_alive", cwd=tree,
        backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(b"GET /t HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        assert read_all(peer).count(b"HTTP/1.0 200 ok") == 1


def test_curl_takes_it(server, pki, tree, backend):
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    there = server("-WWW", "-strict_s_server", cwd=tree)
    done = subprocess.run(["curl", "-s", "--cacert", pki.ca.cert,
        "https://localhost:%d/t" % there.port], stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (0, b"text\n")
