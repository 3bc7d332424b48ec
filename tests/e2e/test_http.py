"""test_http.py - -www, -WWW, -HTTP: what is answered, and what never is

SPDX-License-Identifier: Apache-2.0
"""
import html
import json
import os
import re
import ssl
import subprocess

import pytest

from clients import (connect, context, fetch, plain, read_all,
    read_response, Response)
from pki import openssl
from servers import DEADLINE
from test_clients import browser


@pytest.fixture
def site(tmp_path):
    """A directory to be served, with traps in it."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "empty").mkdir()
    (tmp_path / "secret.txt").write_text("secret\n")
    (root / "index.html").write_text("<p>home\n")
    (root / "sub" / "index.html").write_text("<p>sub\n")
    (root / "page.html").write_text("<p>page\n")
    (root / "a b.txt").write_text("space\n")
    (root / "..hidden").write_text("dots\n")
    (root / "none.txt").write_bytes(b"")
    (root / "large.bin").write_bytes(os.urandom(3 << 20))
    (root / "no-suffix").write_text("text\n")
    (root / "out.txt").symlink_to("../secret.txt")
    (root / "up").symlink_to("..")
    (root / "abroad").symlink_to("/etc/passwd")
    (root / "inside.txt").symlink_to("page.html")
    os.mkfifo(root / "fifo")
    return root


@pytest.fixture
def files(server, site):
    return server("-WWW", "-root", site, backend="openssl")


@pytest.fixture
def page(server):
    return server("-www", backend="openssl")


# ---- the status page ------------------------------------------------------


def test_answers_any_path_with_the_page(server, pki, backend, version):
    there = server("-www")
    for path in ("/", "/some/where?query", "/index.html"):
        got = fetch(there, pki, path, version=version)
        assert got.status == 200
        assert got.fields["content-type"].startswith("text/html")
        assert int(got.fields["content-length"]) == len(got.body)
        assert got.fields["connection"] == "close"
        assert version.replace("tls1_", "TLSv1.").encode() in got.body
        assert backend.encode() in got.body
    there.wait("request", status=200, target="/some/where?query")


def test_gives_the_same_as_json(server, pki, backend, version):
    got = fetch(server("-www"), pki, "/json", version=version)
    assert got.fields["content-type"] == "application/json"
    assert isinstance(json.loads(got.body), dict)


def test_gives_the_statistics(page, pki):
    got = fetch(page, pki, "/stats")
    assert got.fields["content-type"].startswith("text/plain")
    assert re.search(rb"^ *1 server accepts that finished$", got.body,
        re.MULTILINE)


def test_shows_no_secrets(server, pki, backend, tmp_path):
    key = tmp_path / "locked.key"
    openssl("pkcs8", "-topk8", "-v2", "des3", "-passout", "pass:hush-hush",
        "-in", pki.ecdsa.key, "-out", str(key))
    there = server("-www", "-cert", pki.ecdsa.cert, "-key", key,
        "-pass", "pass:hush-hush", certs=False)
    for path in ("/", "/json", "/text"):
        body = fetch(there, pki, path).body
        assert b"hush-hush" not in body
        assert b"PRIVATE KEY" not in body


def test_escapes_what_the_client_says(page, pki):
    body = fetch(page, pki, "/<script>alert(1)</script>").body
    assert b"<script>" not in body


def test_has_no_icon(page, pki):
    assert fetch(page, pki, "/favicon.ico").status == 404


# ---- requests of all kinds ------------------------------------------------


def test_answers_head_without_a_body(page, files, pki):
    for there, path in ((page, "/"), (files, "/page.html"),
        (files, "/none")):
        head = fetch(there, pki, path, method="HEAD")
        body = fetch(there, pki, path)
        assert head.status == body.status
        assert head.body == b""
        if there is files:
            assert head.fields["content-length"] == \
                body.fields["content-length"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS",
    "TRACE", "PATCH", "get", "BREW"])
def test_refuses_other_methods(page, pki, method):
    got = fetch(page, pki, method=method)
    assert got.status == 405
    assert got.fields["allow"] == "GET, HEAD"


def ask(there, pki, request):
    """What is answered to these bytes, until the server closes."""
    with connect(there, pki) as peer:
        peer.sendall(request)
        return read_all(peer)


def test_speaks_http_0_9(files, pki):
    assert ask(files, pki, b"GET /page.html\r\n") == b"<p>page\n"


def test_speaks_http_1_0(files, pki):
    got = Response(ask(files, pki, b"GET /page.html HTTP/1.0\r\n\r\n"))
    assert got.body == b"<p>page\n"


def test_dates_its_answers(page, pki):
    assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
        r"[A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT",
        fetch(page, pki).fields["date"])


@pytest.mark.parametrize("garbage", [
    b"\r\n\r\n\x00\x01\x02\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\n\r\n",
    b"GET / HTTP/1.1\r\nbad field\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    b"GET noslash HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\n\n",
], ids=["control", "lengths", "field", "space", "path", "percent", "nul",
    "tls"])
def test_answers_garbage_with_400(files, pki, garbage):
    got = Response(ask(files, pki, garbage))
    assert got.status == 400
    assert got.fields["connection"] == "close"


def test_bounds_lines_and_heads(page, pki):
    assert Response(ask(page, pki, b"GET /" + 9000 * b"x")).status == 414
    assert Response(ask(page, pki, b"GET / HTTP/1.1\r\nHost: x\r\n" +
        40 * (b"X: " + 1000 * b"y" + b"\r\n"))).status in (400, 431)
    assert Response(ask(page, pki, b"GET / HTTP/1.1\r\nHost: x\r\n" +
        200 * b"X: y\r\n" + b"\r\n")).status in (400, 431)


def test_refuses_a_long_body(page, pki):
    got = Response(ask(page, pki, b"POST / HTTP/1.1\r\nHost: x\r\n"
        b"Content-Length: 1048577\r\n\r\n"))
    assert got.status == 413


def test_answers_an_expectation_at_once(page, pki):
    got = Response(ask(page, pki, b"PUT / HTTP/1.1\r\nHost: x\r\n"
        b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"))
    assert got.status == 405


def test_answers_a_request_byte_by_byte(page, pki):
    with connect(page, pki) as peer:
        for byte in b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n":
            peer.sendall(bytes([byte]))
        assert Response(read_all(peer)).status == 200


def test_closes_without_keep_alive(page, pki):
    assert ask(page, pki, 3 * b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").count(
        b"HTTP/1.1 200 OK\r\n") == 1


def test_keeps_alive_when_asked(server, pki, backend, version):
    there = server("-www", "-keep_alive")
    with connect(there, pki, version=version) as peer:
        for number in range(3):
            peer.sendall(b"GET /stats HTTP/1.1\r\nHost: x\r\n\r\n")
            got = read_response(peer)
            assert "connection" not in got.fields
        peer.sendall(b"GET /stats HTTP/1.1\r\nHost: x\r\n"
            b"Connection: close\r\n\r\n")
        assert Response(read_all(peer)).fields["connection"] == "close"
        peer.unwrap()
    there.wait("closed", conn=1, outcome="clean")


def test_answers_pipelined_requests_in_order(server, pki, site, backend):
    there = server("-WWW", "-keep_alive", "-root", site)
    names = ["page.html", "large.bin", "none", "sub/", "page.html"]
    with connect(there, pki) as peer:
        peer.sendall(b"".join(b"GET /%s HTTP/1.1\r\nHost: x\r\n"
            b"Content-Length: 3\r\n\r\nabc" % name.encode()
            for name in names))
        got = [read_response(peer) for name in names]
    assert [one.status for one in got] == [200, 200, 404, 200, 200]
    assert got[1].body == (site / "large.bin").read_bytes()
    assert got[3].body == b"<p>sub\n"
    assert got[4].body == b"<p>page\n"


def test_reads_past_bodies_in_chunks(server, pki):
    there = server("-www", "-keep_alive", backend="openssl")
    with connect(there, pki) as peer:
        peer.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
            b"4;x=y\r\nGET \r\n0\r\nT: v\r\n\r\n"
            b"GET /stats HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_response(peer).status == 405
        assert read_response(peer).status == 200


# ---- files ----------------------------------------------------------------


@pytest.mark.parametrize("path, status, body", [
    ("/page.html", 200, b"<p>page\n"),
    ("/page.html?a=b", 200, b"<p>page\n"),
    ("/", 200, b"<p>home\n"),
    ("/sub/", 200, b"<p>sub\n"),
    ("/sub", 200, b"<p>sub\n"),
    ("/a%20b.txt", 200, b"space\n"),
    ("/..hidden", 200, b"dots\n"),
    ("/none.txt", 200, b""),
    ("/inside.txt", 200, b"<p>page\n"),
    ("/./page.html", 200, b"<p>page\n"),
    ("https://localhost/page.html", 200, b"<p>page\n"),
    ("/missing", 404, None),
    ("/page.html/x", 404, None),
    ("/empty/", 404, None),
    ("/fifo", 403, None),
    ("/" + 300 * "n", 404, None),
    ("/stats", 200, None),
])
def test_serves_what_lies_below(files, pki, path, status, body):
    got = fetch(files, pki, path)
    assert got.status == status
    if body is not None:
        assert got.body == body


@pytest.mark.parametrize("path", ["/../secret.txt", "/sub/../../secret.txt",
    "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//etc/passwd", "/out.txt",
    "/up/secret.txt", "/up/root/page.html", "/abroad", "/..",
    "/sub/..", "/%2fetc/passwd", "/../root/page.html"])
def test_serves_nothing_outside(files, pki, path):
    got = fetch(files, pki, path)
    assert got.status in (400, 403)
    assert b"secret\n" not in got.body
    assert b"root:" not in got.body
    assert files.wait("request")["file"] is None


@pytest.mark.parametrize("name, kind", [
    ("page.html", "text/html; charset=utf-8"),
    ("a%20b.txt", "text/plain; charset=utf-8"),
    ("large.bin", "application/octet-stream"),
    ("no-suffix", "text/plain; charset=utf-8"),
])
def test_names_the_type(files, pki, name, kind):
    assert fetch(files, pki, "/" + name, method="HEAD").fields[
        "content-type"] == kind


def test_sends_large_files_whole(server, pki, site, backend, version):
    got = fetch(server("-WWW", "-root", site), pki, "/large.bin",
        version=version)
    assert got.body == (site / "large.bin").read_bytes()


def test_a_slow_reader_delays_nobody(files, pki):
    with connect(files, pki) as slow:
        slow.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
        slow.recv(1)
        for number in range(3):
            assert fetch(files, pki, "/page.html").status == 200


def test_a_reader_that_leaves_harms_nobody(files, pki):
    with connect(files, pki) as leaver:
        leaver.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
        leaver.recv(1)
    files.wait("closed", conn=1)
    assert fetch(files, pki, "/page.html").status == 200


def test_says_which_file_it_serves(files, pki):
    fetch(files, pki, "/page.html")
    files.stop()
    assert "FILE:page.html\n" in files.err.text()


def test_serves_the_current_directory_without_root(server, site, pki):
    there = server("-WWW", backend="openssl", cwd=site)
    assert fetch(there, pki, "/page.html").body == b"<p>page\n"


# ---- whole responses ------------------------------------------------------


def test_sends_whole_responses_as_they_are(server, pki, tmp_path, backend):
    text = b"HTTP/1.0 299 Odd\r\nX-Own: yes\r\n\r\nbody\n"
    (tmp_path / "odd").write_bytes(text)
    there = server("-HTTP", "-keep_alive", "-root", tmp_path)
    assert ask(there, pki, b"GET /odd HTTP/1.1\r\nHost: x\r\n\r\n") == text
    assert ask(there, pki, b"HEAD /odd HTTP/1.1\r\nHost: x\r\n\r\n") == \
        text[:-5]
    assert fetch(there, pki, "/stats").status == 404
    assert fetch(there, pki, "/../odd").status == 400


# ---- not HTTP over TLS ----------------------------------------------------


def test_ends_a_plain_request(page, pki):
    with plain(page) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
    page.wait("opening", opening="http")
    page.wait("closed", conn=1, outcome="failed")
    assert fetch(page, pki).status == 200


def test_answers_before_the_clients_end(page, pki):
    """A client that says close_notify right behind its request."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context(pki).wrap_bio(incoming, outgoing,
        server_hostname="localhost")
    with plain(page) as peer:
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                peer.sendall(outgoing.read())
                incoming.write(peer.recv(65536))
        session.write(b"GET / HTTP/1.0\r\n\r\n")
        try:
            session.unwrap()
        except ssl.SSLWantReadError:
            pass
        peer.sendall(outgoing.read())
        data = read_all(peer)
    assert len(data) > 1000
    page.wait("closed", conn=1, outcome="clean")


# ---- the reference's own ways ---------------------------------------------


@pytest.mark.parametrize("path, said", [
    ("/none", "Error opening 'none' mode='r'"),
    ("/a/../none", "'a/../none' contains '..' or ':'"),
    ("/a:b", "'a' contains '..' or ':'"),
    ("/a\\..\\b", "'a\\..\\b' contains '..' or ':'"),
    ("//none", "'/none' is an invalid path"),
    ("/directory", "'directory' is a directory"),
])
def test_is_always_content_if_asked_to(server, pki, tmp_path, path, said):
    """-strict_s_server: 200 for errors, and the words of the reference."""
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "index.html").write_text("index")
    there = server("-WWW", "-strict_s_server", "-root", tmp_path)
    response = fetch(there, pki, path)
    assert response.status == 200
    assert response.fields["content-type"] == "text/plain"
    assert response.body.decode() == said + "\r\n"
    there = server("-WWW", "-root", tmp_path)
    assert fetch(there, pki, path).status == (200 if "directory" in said
        else 404 if path == "/none" else 400)


# ---- remarks ---


def test_says_where_the_page_is(page, server):
    page.stop()
    assert "https://localhost:%d/\n" % page.port in page.err.text()
    strict = server("-www", "-strict_s_server", backend="openssl")
    strict.stop()
    assert "https:" not in strict.err.text()


def test_says_what_was_not_found(files, pki):
    assert fetch(files, pki, "/missing%0a").status == 404
    files.stop()
    assert "conn 1: 404 /missing%0a\n" in files.err.text()


def test_lists_a_directory(server, pki, site):
    (site / "empty" / "<b>.txt").write_text("b\n")
    (site / "empty" / ".hidden").write_text("h\n")
    (site / "empty" / "below").mkdir()
    there = server("-WWW", "-root", site, "-index", backend="openssl")
    got = fetch(there, pki, "/empty")
    assert got.status == 200
    assert re.findall(rb'<a href="([^"]*)">([^<]*)</a>', got.body) == [
        (b"/empty/%3Cb%3E.txt", b"&lt;b&gt;.txt"),
        (b"/empty/below/", b"below/")]
    assert fetch(there, pki, "/empty/%3Cb%3E.txt").body == b"b\n"
    assert fetch(there, pki, "/sub").body == b"<p>sub\n"
    assert fetch(there, pki, "/empty/index.html").status == 404
    assert fetch(there, pki, "/up/").status == 403
    plain = server("-WWW", "-root", site, backend="openssl")
    assert fetch(plain, pki, "/empty").status == 404


# ---- the page and who looks at it ---


def test_says_at_the_top_that_a_certificate_is_wrong(server, pki, backend):
    there = server("-www", "-verify", "3", "-CAfile", pki.ca.cert)
    top = fetch(there, pki, cert=pki.stranger,
        version="tls1_2").body.split(b"</header>")[0]
    assert b"Your client certificate is wrong: CN=stranger is self-signed, " \
        b"and not among the roots accepted (CN=Test CA): that certificate " \
        b"in -CAfile would pass, or one that a root issued (error 18).</p>" \
        in top
    top = fetch(there, pki, cert=pki.client,
        version="tls1_2").body.split(b"</header>")[0]
    assert b"wrong" not in top


def test_links_to_the_other_backends(server, pki):
    there = server("-www", backend="sni")
    for host in ("openssl.localhost:1", "localhost:1", 'x"y:1'):
        with connect(there, pki, name="openssl.localhost") as peer:
            peer.sendall(b"GET /a?b HTTP/1.1\r\nHost: %s\r\n"
                b"Connection: close\r\n\r\n" % host.encode())
            body = Response(read_all(peer)).body.decode()
        base = host.replace("openssl.", "").replace('"', "&quot;")
        assert '<a href="https://gnutls.%s/a?b">gnutls</a>' % base in body
    assert b"<nav>" not in fetch(server("-www", backend="openssl"), pki).body


def test_statistics_are_a_page_for_browsers(page, pki):
    text = fetch(page, pki, "/stats")
    assert text.fields["content-type"].startswith("text/plain")
    with connect(page, pki) as peer:
        peer.sendall(b"GET /stats HTTP/1.1\r\nHost: a\r\nAccept: "
            b"text/html,*/*\r\nConnection: close\r\n\r\n")
        got = Response(read_all(peer))
    assert got.fields["content-type"].startswith("text/html")
    assert b"Sessions resumed" in got.body
    assert b"Cipher suites" not in got.body


def test_writes_numbers_in_one_base(page, pki):
    body = fetch(page, pki).body.decode()
    numbers = re.findall(r'<td class="number"><code>([^<]*)<', body)
    assert len(numbers) > 10
    assert not [one for one in numbers
        if not re.fullmatch("0x[0-9a-f]{4}", one)]


@pytest.mark.parametrize("width", [320, 1280])
def test_fits_the_window(page, pki, tmp_path, width):
    """Nothing is wider than the window, for which a frame stands: that of
    the browser has a least width."""
    (tmp_path / "page.html").write_text(
        '<body style="margin:0"><iframe width=%d height=900 style="border:0" '
        'srcdoc="%s"></iframe><script>onload = () => document.body.title = '
        '"wide " + document.querySelector("iframe").contentDocument.'
        'documentElement.scrollWidth</script>' % (width,
        html.escape(fetch(page, pki).body.decode())))
    done = subprocess.run([browser(), "--headless=new", "--no-sandbox",
        "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--hide-scrollbars",
        "--user-data-dir=%s" % (tmp_path / "profile"), "--dump-dom",
        "file://%s" % (tmp_path / "page.html")], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=4 * DEADLINE)
    wide = re.search(rb'title="wide (\d+)"', done.stdout)
    assert wide, done.stderr.decode("utf-8", "replace")
    assert int(wide.group(1)) <= width


def test_the_strict_page_is_one_record(server, pki, backend, version):
    there = server("-www", "-strict_s_server")
    fetch(there, pki, version=version)
    there.wait("closed", conn=1)
    sent = [one for one in there.events("record", conn=1)
        if one["direction"] == "sent" and one["len"] > 2000
        and one["type"]["name"] == "ApplicationData"]
    assert len(sent) == 1
