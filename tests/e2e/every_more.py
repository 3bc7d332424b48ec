"""every_more.py - what shows that an option works: protocol and output

SPDX-License-Identifier: Apache-2.0

The second half of every.py, for options from the protocol on.
"""
import json
import os
import re
import resource
import subprocess

from clients import connect, context, need, read_all, read_exactly
from every import KEY, facts, fails, hears, shows
from pki import openssl
from responders import Responder, http
from servers import run

OLD = "ALL:@SECLEVEL=0"


# ---- the protocol ---------------------------------------------------------


@shows("ssl2", "ssl3")
def never(case):
    raise AssertionError("no library speaks it: whoever can shows how")


VERSIONS = {"tls1": "TLSv1", "tls1_1": "TLSv1.1", "tls1_2": "TLSv1.2",
    "tls1_3": "TLSv1.3"}


@shows("tls1", "tls1_1", "tls1_2", "tls1_3")
def only(case):
    there = case.start("-www", "-" + case.option)
    case.get(there, version=case.option)
    assert facts(there)["version"]["name"] == VERSIONS[case.option]
    for other in set(VERSIONS) - {case.option}:
        fails(there, case, version=other)


@shows("no_tls1_2", "no_tls1_3")
def without(case):
    other = {"no_tls1_2": "tls1_3", "no_tls1_3": "tls1_2"}[case.option]
    if case.lacks(other):
        said = case.refused("-cert", case.pki.ecdsa.cert, "-key",
            case.pki.ecdsa.key, "-" + case.option, status=3)
        assert case.reason(other) in said
        return
    there = case.start("-www", "-" + case.option)
    case.get(there)
    assert facts(there)["version"]["name"] == VERSIONS[other]
    fails(there, case, version=case.option[3:])


@shows("no_ssl2", "no_ssl3", "no_tls1", "no_tls1_1", "no_tmp_rsa", "hack")
def without_effect(case):
    there = case.start("-www", "-" + case.option)
    case.get(there)


@shows("cipher")
def cipher(case):
    suite = "ECDHE-ECDSA-AES256-GCM-SHA384"
    there = case.start("-www", "-cipher", suite)
    case.get(there, version="tls1_2")
    assert facts(there)["suite"]["openssl"] == suite
    fails(there, case, version="tls1_2",
        ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")
    assert "-cipher" in case.refused("-cipher", "nonsense")


@shows("ciphersuites", words=["TLS_AES_128_GCM_SHA256"])
def ciphersuites(case):
    suite = "TLS_CHACHA20_POLY1305_SHA256"
    there = case.start("-www", "-ciphersuites", suite)
    case.get(there, version="tls1_3")
    assert facts(there)["suite"]["name"] == suite


@shows("serverpref")
def serverpref(case):
    one, other = ("ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384")
    for words, wanted in (((), other), (("-serverpref",), one)):
        there = case.start("-www", "-cipher", one + ":" + other, *words)
        case.get(there, version="tls1_2", ciphers=other + ":" + one)
        assert facts(there)["suite"]["openssl"] == wanted


def falls_back(case, better, worse, *words):
    """With the option the client's first choice is not there."""
    client = {"version": "tls1_2", "ciphers": better + ":" + worse}
    for more, wanted in (((), better), (("-" + case.option,), worse)):
        there = case.start("-www", "-cipher", OLD, *more,
            certs=case.pki.rsa)
        case.get(there, **client)
        assert facts(there)["suite"]["openssl"] == wanted


@shows("no_dhe")
def no_dhe(case):
    falls_back(case, "DHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256")


@shows("no_ecdhe")
def no_ecdhe(case):
    falls_back(case, "ECDHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256")


@shows("dhparam", words=["/dev/null"])
def dhparam(case):
    """Parameters of another size than a library would choose."""
    path = case.path("dh.pem")
    openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
        "dh_paramgen_type:generator", "-pkeyopt", "group:ffdhe4096",
        "-out", path)
    if "BEGIN X9.42" in open(path).read():
        openssl("dhparam", "-out", path, "-dsaparam", "1536")
    there = case.start("-www", "-dhparam", path, certs=case.pki.rsa)
    said = case.s_client(there, "-tls1_2", "-cipher",
        "DHE-RSA-AES128-GCM-SHA256")
    # "Server" up to OpenSSL 3.4, "Peer" after that
    assert " Temp Key: DH, 4096 bits" in said


@shows("groups", words=["P-256"])
def groups(case):
    there = case.start("-www", "-groups", "P-384")
    said = case.s_client(there, "-groups", "P-256:P-384", "-tls1_2")
    assert " Temp Key: ECDH, secp384r1, 384 bits" in said or \
        " Temp Key: ECDH, P-384, 384 bits" in said
    there.wait("closed")
    case.s_client(there, "-groups", "P-256", "-tls1_2")
    assert there.wait("failed", conn=2)["handshaking"]


@shows("sigalgs", words=["ECDSA+SHA256"])
def sigalgs(case):
    there = case.start("-www", "-tls1_2", "-sigalgs", "ECDSA+SHA512",)
    said = case.s_client(there, "-tls1_2")
    assert "Peer signing digest: SHA512" in said


@shows("bugs")
def bugs(case):
    assert case.get(case.start("-www", "-bugs")).status == 200


@shows("alpn")
def alpn(case):
    there = case.start("-www", "-alpn", "one,two")
    case.get(there, alpn=["two", "one"])
    assert facts(there)["alpn"] == "one"
    fails(there, case, alpn=["three"])


@shows("alpn_mismatch")
def alpn_mismatch(case):
    words = ("-www", "-alpn", "one", "-alpn_mismatch")
    there = case.start(*words, "ignore")
    case.get(there, alpn=["three"])
    assert facts(there)["alpn"] is None
    fails(case.start(*words, "refuse"), case, alpn=["three"])


@shows("nextprotoneg")
def nextprotoneg(case):
    there = case.start("-nextprotoneg", "one,two", "-tls1_2")
    if case.lacks("npn"):
        hears(there, "offered by ALPN")
        said = case.s_client(there, "-alpn", "two", "-tls1_2")
        assert "ALPN protocol: two" in said
    else:
        said = case.s_client(there, "-nextprotoneg", "two", "-tls1_2")
        assert "Next protocol: (1) two" in said
    there.wait("closed")
    assert there.stop() == 0
    assert "NEXTPROTO is two\n" in there.out.text()


@shows("client_renegotiation")
def client_renegotiation(case):
    there = case.start("-client_renegotiation")
    client = subprocess.Popen([need("openssl"), "s_client", "-connect",
        "127.0.0.1:%d" % there.port, "-tls1_2"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        there.wait("handshake", conn=1, again=False)
        client.stdin.write(b"R\n")
        client.stdin.flush()
        there.wait("handshake", conn=1, again=True)
    finally:
        client.kill()
        client.wait()
        client.stdin.close()


# ---- sessions and keys ----------------------------------------------------


def resumes(there, case, **options):
    """Whether the second of two connections resumes the first."""
    made = context(case.pki, version="tls1_2", **options)
    session = None
    for number in (1, 2):
        with connect(there, case.pki, context=made,
            session=session) as peer:
            session = peer.session
            there.wait("handshake", conn=number)
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            read_all(peer)
    return facts(there, 2)["resumed"], session


@shows("no_ticket")
def no_ticket(case):
    for words, ticket in (((), True), (("-no_ticket",), False)):
        there = case.start("-www", *words)
        resumed, session = resumes(there, case)
        assert resumed and session.has_ticket == ticket


@shows("num_tickets", words=["3"])
def num_tickets(case):
    for number in (0, 3):
        there = case.start("-num_tickets", str(number), "-tls1_3", "-www")
        said = case.s_client(there, "-tls1_3", "-msg", "-ign_eof",
            text=b"GET / HTTP/1.0\r\n\r\n")
        there.wait("closed")
        assert said.count(", NewSessionTicket") == number


@shows("no_cache")
def no_cache(case):
    for words, resumed in (((), True), (("-no_cache",), False)):
        there = case.start("-www", "-no_ticket", *words)
        assert resumes(there, case)[0] == resumed


@shows("context")
def context_(case):
    there = case.start("-www", "-context", "AB", "-tls1_2")
    assert "Session-ID-ctx: 4142\n" in case.get(there).body.decode()


@shows("id_prefix", words=["PRE"])
def id_prefix(case):
    there = case.start("-www", "-id_prefix", "PRE", "-tls1_2")
    resumed, session = resumes(there, case)
    assert resumed and session.id.startswith(b"PRE")


def shake_psk(case, there, *words, good=True):
    version = "-tls1_2" if case.lacks("psk_tls1_3") else "-tls1_3"
    ciphers = ("-cipher", "PSK") if version == "-tls1_2" else ()
    number = 1
    while there.events("accepted", conn=number):
        number += 1
    case.s_client(there, version, *ciphers, *words)
    if good:
        return there.wait("handshake", conn=number)["facts"]
    return there.wait("closed", conn=number)


@shows("psk", words=[KEY])
def psk(case):
    there = case.start("-psk", KEY, "-psk", "other:00ff", "-cipher",
        "PSK", "-www")
    assert shake_psk(case, there, "-psk", KEY, "-psk_identity",
        "Client_identity")["psk_identity"] == "Client_identity"
    assert shake_psk(case, there, "-psk", "00ff", "-psk_identity",
        "other")["psk_identity"] == "other"
    shake_psk(case, there, "-psk", "00fe", "-psk_identity", "other",
        good=False)
    assert there.wait("failed", conn=3)["handshaking"]


@shows("psk_identity")
def psk_identity(case):
    there = case.start("-psk", KEY, "-psk_identity", "me", "-cipher", "PSK",
        "-www")
    assert shake_psk(case, there, "-psk", KEY, "-psk_identity",
        "me")["psk_identity"] == "me"


@shows("psk_hint", words=["hint"])
def psk_hint(case):
    there = case.start("-psk", KEY, "-psk_hint", "it is me", "-cipher",
        "PSK", "-tls1_2", "-www")
    said = case.s_client(there, "-tls1_2", "-cipher", "PSK", "-psk", KEY,
        "-psk_identity", "Client_identity")
    assert "PSK identity hint: it is me" in said


@shows("psk_mismatch")
def psk_mismatch(case):
    for word in ("refuse", "accept"):
        there = case.start("-psk", KEY, "-psk_mismatch", word, "-cipher",
            "PSK", "-tls1_2", "-www")
        case.s_client(there, "-tls1_2", "-cipher", "PSK", "-psk", KEY,
            "-psk_identity", "somebody")
        there.wait("closed")
        assert bool(there.events("handshake")) == (word == "accept")


# ---- stapled responses ----------------------------------------------------


def response(case, *words):
    """An OCSP response about the server's certificate."""
    case.write("status.index", "V\t991231235959Z\t\t%s\tunknown\t/CN=x\n" %
        subprocess.run(["openssl", "x509", "-serial", "-noout", "-in",
        case.pki.ecdsa.cert], stdout=subprocess.PIPE, check=True, text=True)
        .stdout.strip().split("=")[1])
    openssl("ocsp", "-issuer", case.pki.ca.cert, "-cert",
        case.pki.ecdsa.cert, "-reqout", case.path("status.request"))
    openssl("ocsp", "-index", case.path("status.index"), "-rsigner",
        case.pki.ca.cert, "-rkey", case.pki.ca.key, "-CA",
        case.pki.ca.cert, "-reqin", case.path("status.request"),
        "-respout", case.path("status.der"), "-ndays", "1")
    return case.path("status.der")


STAPLED = "OCSP Response Status: successful (0x0)"


def stapled(case, there):
    return STAPLED in case.s_client(there, "-status")


def by_responder(case, *words, silent=False):
    answer = http(open(response(case), "rb").read())
    made = Responder(lambda request: None if silent else answer)
    there = case.start("-www", "-CAfile", case.pki.ca.cert, "-status_url",
        made.url, *words)
    return made, there


@shows("status", "status_url", words=["http://localhost/"])
def status_url(case):
    more = ("-status",) if case.option == "status" else ()
    made, there = by_responder(case, *more)
    for _ in range(2):
        assert stapled(case, there)
    assert len(made.requests) == 1, "the second comes out of the cache"
    made.close()


@shows("status_verbose")
def status_verbose(case):
    made, there = by_responder(case, "-status_verbose")
    assert stapled(case, there)
    made.close()
    there.wait("closed")
    assert there.stop() == 0
    said = there.err.text()
    assert "cert_status: callback called\n" in said
    assert "cert_status: ocsp response sent:\n" in said
    assert "Cert Status: good" in said


@shows("status_timeout", words=["1"])
def status_timeout(case):
    made, there = by_responder(case, "-status_timeout", "0.1", silent=True)
    assert not stapled(case, there)
    made.close()
    assert there.wait("handshake")


@shows("status_file", words=["/dev/null"])
def status_file(case):
    there = case.start("-www", "-status_file", response(case))
    assert stapled(case, there)


@shows("no_status_cache")
def no_status_cache(case):
    made, there = by_responder(case, "-no_status_cache")
    for _ in range(2):
        assert stapled(case, there)
    assert len(made.requests) == 2
    made.close()


@shows("status_required")
def status_required(case):
    for words, fails_ in (((), False), (("-status_required",), True)):
        there = case.start("-www", "-status", *words)
        case.s_client(there, "-status")
        there.wait("closed")
        assert bool(there.events("failed", conn=1)) == fails_
    # a client that does not ask is served all the same
    assert case.get(there).status == 200


# ---- a web server ---------------------------------------------------------


@shows("www")
def www(case):
    got = case.get(case.start("-www"))
    assert "SSL-Session:" in got.body.decode()


@shows("WWW", "root")
def files(case):
    case.write("page.html", "so it is\n")
    there = case.start("-WWW", "-root", case.path(""))
    assert case.get(there, "/page.html").body == b"so it is\n"


@shows("HTTP")
def whole(case):
    case.write("whole", "HTTP/1.0 299 mine\r\n\r\nbody")
    there = case.start("-HTTP", "-root", case.path(""))
    got = case.get(there, "/whole")
    assert (got.status, got.body) == (299, b"body")


@shows("rev")
def rev(case):
    there = case.start("-rev")
    with connect(there, case.pki) as peer:
        peer.sendall(b"hello\n")
        assert read_exactly(peer, 6) == b"olleh\n"


@shows("index")
def index(case):
    os.mkdir(case.path("site"))
    open(case.path("site/one"), "w").close()
    there = case.start("-WWW", "-root", case.path("site"), "-index")
    assert b'<a href="/one">one</a>' in case.get(there).body


@shows("keep_alive")
def keep_alive(case):
    there = case.start("-www", "-keep_alive")
    with connect(there, case.pki) as peer:
        for _ in range(2):
            peer.sendall(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            data = b""
            while not data.endswith(b"\r\n\r\n"):
                data += peer.recv(65536)
    assert len(there.events("accepted")) == 1


# ---- input and output -----------------------------------------------------


def life(case, *words, data=b"some words\n", **options):
    """All that the program says of one connection."""
    there = case.start(*words, **options)
    with connect(there, case.pki, name="a.localhost") as peer:
        there.wait("handshake", conn=1)
        peer.sendall(data)
        there.wait("data", direction="received", conn=1)
        peer.unwrap().close()
    there.wait("closed", conn=1)
    assert there.stop() == 0
    return there


@shows("quiet")
def quiet(case):
    assert "CIPHER is " in life(case).out.text()
    assert life(case, "-quiet").out.text() == "some words\n"


@shows("brief")
def brief(case):
    there = life(case, "-brief")
    assert "Protocol version: TLSv1." in there.err.text()
    assert "CIPHER is " not in there.out.text()


@shows("msg")
def msg(case):
    said = life(case, "-msg").out.text()
    assert re.search(r"^<<< TLS 1\.\d, Handshake \[length [0-9a-f]{4}\], "
        r"ClientHello\n    01 00 ", said, re.M)
    assert re.search(r"^>>> TLS 1\.\d, Handshake \[length [0-9a-f]{4}\], "
        r"ServerHello$", said, re.M)
    assert re.search(r"^<<< TLS 1\.\d, Handshake \[length [0-9a-f]{4}\], "
        r"Finished$", said, re.M)


@shows("state")
def state(case):
    assert re.search(r"^SSL_accept:.", life(case, "-state").err.text(),
        re.M)


@shows("debug")
def debug(case):
    said = life(case, "-debug").out.text()
    assert re.search(r"^read from .*\(\d+ bytes => \d+ \(0x[0-9A-F]+\)\)\n"
        r"0000 - 16 03 01 ", said, re.M)
    assert "\nwrite to " in said


@shows("tlsextdebug")
def tlsextdebug(case):
    said = life(case, "-tlsextdebug").out.text()
    assert 'TLS client extension "server name" (id=0), len=16\n' \
        "0000 - 00 0e 00 00 0b 61 2e 6c-6f 63 61 6c 68 6f 73 74" in said


@shows("json")
def events(case):
    path = case.path("events")
    there = case.start("-www", "-json", path, ready=False)
    there.until(lambda: there.out.data.count(b"\n"), "ACCEPT")
    there.stop()
    kinds = [json.loads(line)["event"] for line in open(path)]
    assert kinds[0] == "start" and kinds[-1] == "stop"


@shows("json_append")
def json_append(case):
    path = case.path("events")
    for words, kept in (((), False), (("-json_append",), True)):
        with open(path, "w") as file:
            file.write("before\n")
        there = case.start("-www", "-json", path, *words, ready=False)
        there.until(lambda: there.out.data.count(b"\n"), "ACCEPT")
        there.stop()
        assert open(path).read().startswith("before\n") == kept


@shows("timestamps")
def timestamps(case):
    there = case.start("-www", "-timestamps")
    fails(there, case, version="tls1_2", ciphers="PSK-AES128-CBC-SHA")
    there.wait("closed")
    there.stop()
    assert re.search(r"(?m)^\d{4}-\d\d-\d\dT[\d:.]+Z conn 1: ",
        there.err.text())


@shows("keylogfile")
def keylogfile(case):
    there = case.start("-www", "-keylogfile", case.path("keys"))
    case.get(there)
    hello = there.wait("client_hello")["hello"]
    assert hello["random"] in open(case.path("keys")).read()


@shows("pcapng")
def pcapng(case):
    there = case.start("-www", "-pcapng", case.path("packets"))
    case.get(there)
    hello = there.wait("client_hello")["hello"]
    packets = open(case.path("packets"), "rb").read()
    assert bytes.fromhex(hello["random"]) in packets
    assert hello["random"].encode() in packets


@shows("show_secrets")
def show_secrets(case):
    key = r"Master-Key: [0-9A-F]{96}\n"
    for words, shown in (((), False), (("-show_secrets",), True)):
        there = case.start("-www", "-tls1_2", *words)
        said = case.get(there).body.decode()
        assert bool(re.search(key, said)) == shown


@shows("core_dumps")
def core_dumps(case):
    for words, limit in (((), "1"), (("-core_dumps",), None)):
        there = case.start("-www", *words)
        limits = open("/proc/%d/limits" % there.process.pid).read()
        core = re.search(r"(?m)^Max core file size +(\S+)", limits).group(1)
        ours = resource.getrlimit(resource.RLIMIT_CORE)[0]
        ours = "unlimited" if ours == resource.RLIM_INFINITY else str(ours)
        assert core == (limit or ours)


@shows("crlf")
def crlf(case):
    there = case.start("-crlf", stdin="pipe")
    with connect(there, case.pki) as peer:
        there.wait("handshake")
        there.type(b"one\ntwo\n")
        assert read_exactly(peer, 10) == b"one\r\ntwo\r\n"


@shows("fault")
def fault(case):
    there = case.start("-www", "-fault", "after request: close")
    fails(there, case)
    assert there.wait("fault")["action"] == "close"


@shows("nbio")
def nbio(case):
    there = life(case, "-nbio")
    assert "Turned on non blocking io\n" in there.err.text()
    assert "DELAY\n" in there.out.text()


@shows("nbio_test")
def nbio_test(case):
    there = case.start("-nbio_test", "-www", "-debug")
    assert case.get(there).status == 200
    there.wait("closed")
    assert there.stop() == 0
    assert re.search(r"^write to .*=> [1-7] ", there.out.text(), re.M)


@shows("help")
def help_(case):
    done = run("s_server", "-help")
    assert done.returncode == 0 and "\n -accept " in done.stdout
