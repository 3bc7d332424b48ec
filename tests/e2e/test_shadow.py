"""test_shadow.py - -shadow: what the other backends would have answered

SPDX-License-Identifier: Apache-2.0

The proof: what a column says is what the same client gets when it connects
to a server of that backend, with the same options.
"""
import html
import json
import re
import signal
import ssl
import subprocess

import pytest

from clients import call, connect, fetch, need, plain, read_all
from conftest import BACKENDS
from flights import Flight
from servers import DEADLINE, Server, run
from test_clients import browser
from test_modules import NAME, installed, module

NAMES = sorted(BACKENDS)
# The fixtures of another file.
assert installed and module

OLD = "ALL:@SECLEVEL=0"


def columns(there, number=1):
    """The columns of a connection's table, by backend and view."""
    event = there.wait("shadow", conn=number)
    assert event["dropped"] == 0
    return {(one["backend"], one["native"]): one
        for one in event["columns"]}


def number(value):
    return value and value["number"]


def numbers(values):
    return values if values is None else [one["number"] for one in values]


# ---- columns beside connections -------------------------------------------

# Options of the server, and those of openssl s_client.
CASES = {
    "plain": ([], []),
    "tls1_2": ([], ["-tls1_2"]),
    "rsa": ([], ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"]),
    "rsa_key_exchange": ([], ["-tls1_2", "-cipher", "AES128-SHA"]),
    "dhe": ([], ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"]),
    "order": (["-serverpref", "-cipher",
        "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256"],
        ["-tls1_2"]),
    "ciphersuites": (["-ciphersuites",
        "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"], []),
    "alpn": (["-alpn", "http/1.1,foo"], ["-alpn", "foo,http/1.1"]),
    "alpn_tls1_2": (["-alpn", "foo"], ["-alpn", "foo", "-tls1_2"]),
    "alpn_refused": (["-alpn", "foo"], ["-alpn", "bar"]),
    "retry": (["-groups", "P-384"], ["-groups", "X25519:P-384"]),
    "groups_tls1_2": (["-groups", "P-384:P-256"],
        ["-groups", "P-256:P-384", "-tls1_2"]),
    "no_group": (["-groups", "P-384"], ["-groups", "P-256"]),
    "sigalgs": ([], ["-sigalgs", "RSA-PSS+SHA384:RSA-PSS+SHA256"]),
    "sigalgs_tls1_2": (["-sigalgs", "RSA+SHA512:ECDSA+SHA512"],
        ["-tls1_2"]),
    "no_ticket": (["-no_ticket"], ["-tls1_2"]),
    "no_ticket_wanted": ([], ["-no_ticket", "-tls1_2"]),
    "psk": (["-psk", "aabbccdd", "-cipher", "PSK-AES128-GCM-SHA256"],
        ["-tls1_2", "-psk", "aabbccdd", "-cipher", "PSK"]),
    "no_common_suite": (["-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"]),
    "no_common_version": (["-tls1_2"], ["-tls1_3"]),
    "tls1": (["-tls1"], ["-tls1", "-cipher", OLD]),
    "verify": (["-verify", "1", "-CAfile", "{ca}"], []),
    "verify_tls1_2": (["-verify", "1", "-CAfile", "{ca}"], ["-tls1_2"]),
    "client_sigalgs": (["-verify", "1", "-CAfile", "{ca}",
        "-client_sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256"], []),
}


def words_of(pki, case):
    """The options with which all servers of a case run."""
    return [word.format(ca=pki.ca.cert) for word in CASES[case][0]] + [
        "-www", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
        "-dcert", pki.rsa.cert, "-dkey", pki.rsa.key]


def s_client(there, pki, case):
    return Flight(call(need("openssl"), "s_client", "-msg", "-connect",
        "127.0.0.1:%d" % there.port, "-servername", "localhost",
        "-CAfile", pki.ca.cert, *CASES[case][1], text="", status=None))


def starts(server, words, backend):
    """A server, or what it says instead."""
    try:
        return server(*words, certs=False, backend=backend), None
    except AssertionError:
        done = run("s_server", "-backend", backend, "-accept",
            "127.0.0.1:0", *words)
        assert done.returncode in (2, 3), done.stderr
        return None, done.stderr


def subject(der):
    """As openssl prints it on one line, in RFC 2253's order reversed."""
    said = call(need("openssl"), "x509", "-noout", "-subject",
        "-nameopt", "oneline,-space_eq,-esc_msb",
        text=ssl.DER_cert_to_PEM_cert(der).encode())
    return said.strip().split("=", 1)[1].strip()


def assert_same(column, flight):
    """What the client got, as the column has it."""
    assert number(column["version"]) == flight.version
    assert number(column["suite"]) == flight.suite
    assert number(column["retry"]) == flight.retry
    assert number(column["group"]) == flight.group
    assert column["dh_bits"] == flight.dh_bits
    assert numbers(column["extensions"]) == flight.extensions
    if column["result"] == "asks again":
        return
    assert number(column["alert"]) == flight.alert
    assert (column["result"] == "refuses") == (not flight.ended)
    assert number(column["signature"]) == flight.signature
    assert column["alpn"] == flight.alpn
    assert numbers(column["encrypted_extensions"]) == flight.encrypted
    assert (column["request"] == "yes") == flight.request
    assert numbers(column["request_signatures"]) == \
        flight.request_signatures
    assert column["chain"] == (flight.chain or None)
    if flight.certificate:
        assert column["certificate"] == subject(flight.certificate)
    else:
        assert column["certificate"] is None


@pytest.mark.parametrize("case", CASES)
def test_says_what_a_client_gets(server, pki, case):
    words = words_of(pki, case)
    for live in NAMES:
        there, _ = starts(server, words + ["-shadow", "all", "-view",
            "both"], live)
        if there:
            break
    s_client(there, pki, case)
    found = columns(there)
    assert sorted(found) == [(name, native) for name in NAMES
        for native in (False, True)]
    for (name, native), column in found.items():
        other, said = starts(server, words + ["-native"] * native, name)
        if said:
            assert column["result"] == "cannot"
            assert column["words"] in said
            continue
        print(name, native, json.dumps(column))
        assert_same(column, s_client(other, pki, case))
        other.stop()


def facts_of(column):
    """A column in the words of a handshake's facts."""
    return {name: column[name] for name in ("version", "suite", "group",
        "signature", "alpn")}


def facts(there, number=1):
    found = there.wait("handshake", conn=number, again=False)["facts"]
    return {name: found[name] for name in ("version", "suite", "group",
        "signature", "alpn")}


CLIENTS = {
    "curl": ["curl", "-sk", "--http1.1", "https://localhost:{port}/text"],
    "curl_h2": ["curl", "-sk", "https://localhost:{port}/"],
    "curl_tls1_2": ["curl", "-sk", "--tls-max", "1.2",
        "https://localhost:{port}/text"],
    "gnutls": ["gnutls-cli", "--insecure", "-p", "{port}", "localhost"],
    "gnutls_tls1_2": ["gnutls-cli", "--insecure", "-p", "{port}",
        "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2", "localhost"],
    "gnutls_group": ["gnutls-cli", "--insecure", "-p", "{port}",
        "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:"
        "+GROUP-SECP384R1", "localhost"],
    "wget": ["wget", "-q", "-O", "-", "--tries=1",
        "--no-check-certificate", "https://localhost:{port}/text"],
}


@pytest.mark.parametrize("client", CLIENTS)
def test_says_what_other_clients_get(server, pki, client):
    command = CLIENTS[client]
    words = ["-www", "-alpn", "h2,http/1.1"]

    def visit(there):
        call(need(command[0]), *[word.format(port=there.port)
            for word in command[1:]], text=b"", status=None)

    there = server(*words, "-shadow", "all", backend=NAMES[0])
    visit(there)
    found = columns(there)
    for name in NAMES:
        other = server(*words, backend=name)
        visit(other)
        column = found[name, False]
        if column["result"] == "refuses":
            error = other.wait("failed", conn=1)["error"]
            assert column["alert"] == error["alert_sent"], name
            assert column["words"] == error["text"], name
        else:
            assert column["result"] == "answers"
            assert facts_of(column) == facts(other), name


def test_needs_no_caches(server, pki, backend):
    """A client that resumes is shown what a new one would get."""
    there = server("-www", "-shadow", "all", "-tls1_2")
    with connect(there, pki) as peer:
        peer.sendall(b"GET /text HTTP/1.1\r\nConnection: close\r\n\r\n")
        read_all(peer)
        made, session = peer.context, peer.session
    with connect(there, pki, context=made, session=session) as peer:
        peer.sendall(b"GET /text HTTP/1.1\r\nConnection: close\r\n\r\n")
        read_all(peer)
        assert peer.session_reused
    first, second = columns(there, 1), columns(there, 2)
    for key in first:
        assert facts_of(first[key]) == facts_of(second[key])
        assert second[key]["chain"] == 1


def test_logs_no_keys(server, pki, backend, tmp_path):
    """Of the answers: they would be taken for those of the connection."""
    path = tmp_path / "keys"
    there = server("-www", "-shadow", "all", "-view", "both",
        env={"SSLKEYLOGFILE": str(path)})
    fetch(there, pki)
    columns(there)
    there.stop()
    labels = [line.split()[0] for line in path.read_text().splitlines()
        if not line.startswith("#")]
    assert labels and len(labels) == len(set(labels))
    assert len(labels) == len(there.events("secret"))


# ---- refusals ---------------------------------------------------------------


def test_shows_what_polytls_refuses_itself(server, backend):
    """A hello whose lengths contradict each other reaches no library."""
    there = server("-www", "-shadow", "all")
    with plain(there) as peer:
        peer.sendall(bytes.fromhex("160301000b" "01000007" "0303" "00" * 5))
        read_all(peer)
    refused = there.wait("failed", conn=1)["error"]
    found = columns(there)
    assert {key[0] for key in found} == set(NAMES)
    for column in found.values():
        assert column["result"] == "polytls refuses"
        assert column["alert"] == refused["alert_sent"]
        assert column["words"] == refused["text"]


def test_chooses_by_name(server, pki, backend):
    there = server("-www", "-shadow", "all", "-servername", "a.localhost",
        "-cert2", pki.rsa.cert, "-key2", pki.rsa.key, "-servername_fatal")
    fetch(there, pki, "/text", name="a.localhost")
    for column in columns(there, 1).values():
        assert column["key"] == "RSA, 2048 bits"
    with pytest.raises((ssl.SSLError, ConnectionError)):
        fetch(there, pki, "/text", name="localhost")
    for column in columns(there, 2).values():
        assert column["result"] == "polytls refuses"
        assert column["alert"]["name"] == "unrecognized_name"


def test_says_why_a_backend_cannot(server, pki):
    able = [name for name in NAMES
        if BACKENDS[name]["features"]["key_eddsa"]["support"] == "full"]
    unable = sorted(set(NAMES) - set(able))
    if not able or not unable:
        pytest.skip("all backends here answer alike on Ed25519")
    there = server("-www", "-shadow", "all", certs=pki.eddsa,
        backend=able[0])
    fetch(there, pki, "/text")
    for name in unable:
        column = columns(there)[name, False]
        assert column["result"] == "cannot"
        assert column["words"]
        assert column["version"] is None


@pytest.mark.parametrize("words, said", [
    (["-shadow", "nonesuch"], "no backend \"nonesuch\""),
    (["-shadow", "all,%s" % NAMES[0]], "all"),
    (["-shadow", "sni"], "-shadow \"sni\""),
    (["-shadow", "%s," % NAMES[0]], "names of backends"),
    (["-shadow", NAMES[0], "-view", "mine"], "one of ours|native|both"),
])
def test_refuses_a_list_that_is_none(pki, words, said):
    done = run("s_server", "-www", "-accept", "127.0.0.1:0", "-cert",
        pki.ecdsa.cert, "-key", pki.ecdsa.key, *words)
    assert done.returncode == 2
    assert said in done.stderr


# ---- where it is shown ----------------------------------------------------

HEAD = re.compile(r"(?m)^shadow of connection 1, served by (\S+):\n"
    r"( +\S+.*)\n    result +answers")


def test_prints_a_table(server, pki, backend):
    there = server("-brief", "-shadow", "all", "-naccept", "1")
    call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d" %
        there.port, text=b"Q\n", status=None)
    assert there.finish() == 0
    head = HEAD.search(there.out.text())
    assert head.group(1) == backend
    assert sorted(head.group(2).split()) == NAMES
    assert head.group(2).split()[0] == backend


@pytest.mark.parametrize("words, printed", [(["-quiet"], False),
    ([], True)])
def test_prints_nothing_with_quiet(server, pki, backend, words, printed):
    there = server("-www", "-shadow", "all", "-naccept", "1", *words)
    fetch(there, pki, "/text")
    assert there.finish() == 0
    assert bool(HEAD.search(there.out.text())) == printed
    assert len(there.events("shadow")) == 1


def test_tells_the_last_before_the_end(server, pki, backend):
    there = server("-www", "-shadow", "all", "-naccept", "3")
    for _ in range(3):
        fetch(there, pki, "/text")
    assert there.finish() == 0
    assert [one["conn"] for one in there.events("shadow")] == [1, 2, 3]
    assert there.events()[-1]["event"] == "stop"


@pytest.mark.parametrize("path", ["/", "/json"])
def test_the_page_has_the_table(server, pki, backend, path):
    there = server("-www", "-shadow", "all", "-keep_alive")
    body = fetch(there, pki, path).body.decode()
    if path == "/":
        part = body.split("What every backend answers</h2>")[1]
        for name in NAMES:
            assert '<th scope="col">%s' % name in part
    else:
        assert json.loads(body)["shadow"] == \
            there.wait("shadow", conn=1)["columns"]


def test_the_page_has_the_table_by_h2(server, pki, backend):
    there = server("-www", "-shadow", "all", "-alpn", "h2")
    said = call(need("curl"), "-sk", "--http2", "-w", "%{http_version}",
        "https://localhost:%d/json" % there.port,
        "https://localhost:%d/" % there.port)
    assert said.endswith("2")
    value, end = json.JSONDecoder().raw_decode(said)
    assert value["shadow"] == there.wait("shadow", conn=1)["columns"]
    assert "What every backend answers</h2>" in said[end:]


def test_the_page_says_nothing_without_it(server, pki, backend):
    there = server("-www")
    assert b"What every backend" not in fetch(there, pki).body
    assert "shadow" not in json.loads(fetch(there, pki, "/json").body)


# ---- with other options -----------------------------------------------------


def test_by_server_name(server, pki):
    there = server("-www", "-shadow", "all", backend="sni")
    for number, name in enumerate(NAMES, 1):
        fetch(there, pki, "/text", name=name + ".localhost")
        found = columns(there, number)
        assert [key for key in found if found[key]["serves"]] == \
            [(name, False)]
        assert facts_of(found[name, False]) == facts(there, number)


def test_with_workers(server, pki, backend):
    there = server("-www", "-shadow", "all", "-workers", "4", "-naccept",
        "12")
    for _ in range(12):
        fetch(there, pki)
    assert there.finish() == 0
    told = [one["conn"] for one in there.events("shadow")]
    assert sorted(told) == list(range(1, 13))


def test_after_the_files_are_read_again(server, pki, backend, tmp_path):
    cert, key = str(tmp_path / "cert"), str(tmp_path / "key")

    def put(pair):
        for path, other in ((cert, pair.cert), (key, pair.key)):
            with open(path, "wb") as file:
                file.write(open(other, "rb").read())

    put(pki.ecdsa)
    there = server("-www", "-shadow", "all", "-cert", cert, "-key", key,
        certs=False)
    fetch(there, pki, "/text")
    assert {one["key"] for one in columns(there, 1).values()} == \
        {"EC, 256 bits"}
    put(pki.rsa)
    there.signal(signal.SIGHUP)
    there.wait("reloaded")
    fetch(there, pki, "/text")
    assert {one["key"] for one in columns(there, 2).values()} == \
        {"RSA, 2048 bits"}


def test_views(server, pki, backend):
    for words, expected in (
        (["-view", "ours"], [(backend, False)]),
        (["-view", "both"], [(backend, False), (backend, True)]),
        (["-view", "native"], [(backend, False), (backend, True)]),
        (["-native"], [(backend, True)]),
        (["-native", "-view", "ours"], [(backend, False), (backend, True)]),
    ):
        there = server("-www", "-shadow", backend, *words)
        fetch(there, pki, "/text")
        found = columns(there)
        assert sorted(found) == expected
        serves = [key for key in found if found[key]["serves"]]
        assert serves == [(backend, "-native" in words)]
        there.stop()


# ---- a library that hangs -------------------------------------------------


@pytest.fixture
def hanging(module):
    """The environment with a backend that never answers."""
    return dict(module("HANGS_IN_HANDSHAKE"))


def test_a_library_that_hangs_disturbs_nobody(server, pki, hanging):
    """The queue has room for 64; the page is sent without the table; the end
    is prompt, and what was left out is said."""
    there = server("-www", "-shadow", NAME, env=hanging)
    body = fetch(there, pki).body.decode()
    assert "The backends have not all answered yet" in body
    for _ in range(70):
        fetch(there, pki, "/text")
    body = fetch(there, pki).body.decode()
    assert "So many clients came at once that yours was left out" in body
    there.signal(signal.SIGTERM)
    assert there.finish() == 0
    notes = [one["text"] for one in there.events("note")]
    assert "-shadow: 71 ClientHellos came faster than backends could be " \
        "asked, and were left out" in notes
    assert not there.events("shadow")


# ---- in a browser -----------------------------------------------------------

MEASURE = """<script>
addEventListener("load", () => {
	const root = document.documentElement;
	const wide = [...document.querySelectorAll("body *")].filter(
		(one) => !one.closest("pre") &&
		one.getBoundingClientRect().right > root.clientWidth + 1);
	const head = document.querySelector(".sides thead");
	const style = getComputedStyle(document.querySelector(".sides .note"));
	parent.postMessage(JSON.stringify({ width: root.clientWidth,
		needed: root.scrollWidth, wide: wide.length,
		head: head.getClientRects().length > 0, ink: style.color,
		back: style.backgroundColor }), "*");
});
</script>"""
# No window is as narrow as a telephone.
FRAME = """<title></title><script>
addEventListener("message", (said) => document.title = said.data);
</script><iframe src="%s" width="%d" height="900" style="border:0">"""


@pytest.fixture(scope="module")
def page_file(pki, tmp_path_factory):
    """The page of a client that sees differences, with all columns."""
    with Server(["-www", "-shadow", "all", "-view", "both", "-alpn",
        "h2,http/1.1", "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
        "-dcert", pki.rsa.cert, "-dkey", pki.rsa.key]) as there:
        body = fetch(there, pki).body.decode()
    assert 'class="note"' in body
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(body.replace("</body>", MEASURE + "</body>"))
    return path


def looked_at(path, tmp_path, width, dark):
    """What a browser says of the page in a window of this width."""
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME % (path, width))
    done = subprocess.run([browser(), "--headless=new", "--no-sandbox",
        "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-extensions", "--disable-background-networking",
        "--window-size=1400,1000", "--hide-scrollbars"] +
        ["--blink-settings=preferredColorScheme=0"] * dark +
        ["--user-data-dir=%s" % (tmp_path / "profile"), "--dump-dom",
        "file://%s" % frame],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=4 * DEADLINE)
    said = done.stdout.decode("utf-8", "replace")
    title = re.search("<title>(.*?)</title>", said)
    assert title, done.stderr.decode("utf-8", "replace")
    return json.loads(html.unescape(title.group(1)))


def brightness(colour):
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 720, 1280])
def test_fits_the_window(page_file, tmp_path, width, dark):
    seen = looked_at(page_file, tmp_path, width, dark)
    assert seen["needed"] <= seen["width"] == width
    assert seen["wide"] == 0
    assert seen["head"] == (width > 704)
    assert (brightness(seen["ink"]) > brightness(seen["back"])) == dark
