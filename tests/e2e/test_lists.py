"""test_lists.py - polytls ciphers, groups and sigalgs

SPDX-License-Identifier: Apache-2.0

What the first prints of OpenSSL is held against openssl(1) beside it.  Suites
for SRP are left out, since nobody here speaks it; and beside OpenSSL 3.2 and
later those with CCM_8, which it no longer classes as HIGH.
"""
import functools
import json
import os
import re
import subprocess

import pytest

from clients import call, fetch, need
from conftest import BACKENDS, reason_against
from servers import run

LISTS = """
DEFAULT
ALL
ALL:COMPLEMENTOFALL
HIGH
HIGH:!aNULL:!MD5
HIGH:!aNULL:!kRSA:!PSK:!MD5:!RC4
ECDHE+AESGCM:DHE+AESGCM:ECDHE+CHACHA20:!aNULL:!MD5:!DSS
EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH
ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256
ALL:@STRENGTH
ALL:+HIGH
ALL:-AES:AES256
ALL:!AES:AES256
aRSA+AES256 HIGH+SHA384,PSK;CAMELLIA
SUITEB128
FIPS:!kRSA
PSK
PSK+AES128:PSK+CAMELLIA
kRSAPSK:kDHEPSK
aNULL:@SECLEVEL=0
eNULL
NULL-MD5:NULL-SHA256
COMPLEMENTOFDEFAULT
ARIA
CAMELLIA
CHACHA20
AESCCM:!AESCCM8
SHA+kRSA:SHA256+kRSA:SHA384
TLSv1.2
SSLv3
AES128-SHA
WRONG:AES
!ALL
WRONG
""".strip().split("\n")

FORMS = [[], ["-v"], ["-V"], ["-stdname"], ["-V", "-stdname"]]


# ---- beside openssl(1) ----------------------------------------------------


@functools.lru_cache()
def version():
    """That of openssl(1): (3, 0, 15)."""
    said = call(need("openssl"), "version")
    return tuple(int(part) for part in
        re.match(r"OpenSSL (\d+)\.(\d+)\.(\d+)", said).groups())


@functools.lru_cache()
def its_backend():
    """The backend with the library of openssl(1)."""
    for name, one in BACKENDS.items():
        if one["library"] == "OpenSSL" and \
            one["running"] == "%d.%d.%d" % version():
            return name
    return None


@pytest.fixture
def twin():
    if not its_backend():
        pytest.skip("no backend has the library of openssl(1)")
    return its_backend()


def theirs(*words):
    return subprocess.run([need("openssl"), "ciphers", *words],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def cut(string):
    """Without the suites that are not compared."""
    return string + ":!SRP" + (":!AESCCM8" if version() >= (3, 2) else "")


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_prints_what_openssl_prints(twin, form):
    for string in LISTS:
        expected = theirs(*form, cut(string))
        done = run("ciphers", "-backend", twin, *form, cut(string))
        assert done.stdout == expected.stdout, string
        assert (done.returncode == 0) == (expected.returncode == 0), string


def test_has_the_default_list_of_openssl(twin):
    for words in ([], ["-v"]):
        assert run("ciphers", "-backend", twin, *words,
            cut("DEFAULT")).stdout == theirs(*words, cut("DEFAULT")).stdout
    ours = run("ciphers", "-backend", twin).stdout.strip().split(":")
    assert set(ours) == {name
        for name in theirs().stdout.strip().split(":")
        if not name.startswith("SRP-")}


@pytest.mark.parametrize("suites", ["TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384", ""])
def test_takes_the_suites_of_tls_1_3(twin, suites):
    words = ["-v", "-ciphersuites", suites, cut("AES256")]
    assert run("ciphers", "-backend", twin, *words).stdout == \
        theirs(*words).stdout


@pytest.mark.parametrize("words", [["-tls1_2"], ["-tls1_3"], [],
    ["-psk"], ["-psk", "-tls1_2"], ["-psk", "-tls1_3"]], ids=" ".join)
def test_leaves_out_what_cannot_be_used(twin, words):
    for string in ("DEFAULT", "HIGH", "kRSA", "PSK+HIGH", "ALL:eNULL",
        "NULL-SHA256:AES128-SHA:@SECLEVEL=0", "aNULL:@SECLEVEL=0",
        "NULL-MD5:aNULL:AES256-SHA:@SECLEVEL=1"):
        expected = theirs("-s", "-v", *words, cut(string))
        done = run("ciphers", "-s", "-v", "-backend", twin, *words,
            cut(string))
        assert done.stdout == expected.stdout, string


def test_converts_as_openssl_does():
    path = os.path.join(os.environ["top_srcdir"], "src", "names",
        "suites.def")
    names = re.findall(r'^(?:SUITE|OTHER)\(\w+, "([^"]+)"',
        open(path).read(), re.M)
    assert len(names) > 350
    wanted = [name for name in names if "SRP" not in name and
        "GOST" not in name][::9] + ["tls_aes_128_gcm_sha256", "AES128-SHA",
        "WRONG"]
    # It does not know the names of those that it was built without.
    built = theirs("-stdname", "ALL:COMPLEMENTOFALL").stdout
    for name in wanted:
        if name in built or name not in names:
            assert run("ciphers", "-convert", name).stdout == \
                theirs("-convert", name).stdout, name


# ---- side by side ---------------------------------------------------------


COMMANDS = {
    "ciphers": ["ECDHE+AESGCM:ARIA:aNULL", "HIGH", "PSK:!eNULL", None],
    "groups": ["P-256:x25519", "ffdhe2048:secp521r1:brainpoolP256r1:X448",
        None, "-all", "-native"],
    "sigalgs": ["ECDSA+SHA256:rsa_pkcs1_sha256:ed25519", None, "-all",
        "-native"],
}
CASES = [(command, string) for command, strings in COMMANDS.items()
    for string in strings]


def words_of(string):
    return [] if string is None else [string]		# or an option


def rows_of(text, names):
    """Of a table: for each name the column of each backend."""
    head, *rows = text.split("\n\n")[0].split("\n")
    assert head.split() == names
    found = {}
    for row in rows:
        parts = row.split()
        at = [column for column in parts if "-" != column]
        positions = parts[:len(names)]
        rest = parts[len(names):]
        name = rest[1] if rest[0].startswith("0x") else rest[0]
        found[name] = positions
        assert at
    return found


@pytest.mark.parametrize("command, string", CASES)
def test_the_table_is_all_the_lists(command, string):
    names = sorted(BACKENDS)
    rows = rows_of(run(command, "-backend", "all",
        *words_of(string)).stdout, names)
    for column, name in enumerate(names):
        done = run(command, "-backend", name, *words_of(string))
        listed = done.stdout.strip().split(":") if done.stdout else []
        assert {one: at[column] for one, at in rows.items()
            if at[column] != "-"} == {one: str(at)
            for at, one in enumerate(listed, 1)}, name


@pytest.mark.parametrize("command, string", CASES)
def test_json_has_the_same(command, string):
    names = sorted(BACKENDS)
    rows = rows_of(run(command, "-backend", "all",
        *words_of(string)).stdout, names)
    told = json.loads(run(command, "-json", *words_of(string)).stdout)
    assert [one["name"] for one in told["backends"]] == names
    key = "openssl" if command == "ciphers" else "name"
    lists = [[one[key] for one in backend["selected"]]
        for backend in told["backends"]]
    for column, (backend, listed) in enumerate(zip(told["backends"], lists)):
        assert listed == [one for one, at in sorted(rows.items(),
            key=lambda row: row[1][column].zfill(5))
            if at[column] != "-"]
        assert {one[key] for one in backend["lacking"]} == \
            set(rows) - set(listed)
        assert all(one["reason"] for one in backend["lacking"])
        assert (backend["error"] is None) == bool(listed)
    assert told["same"] == all(one == lists[0] for one in lists)
    common = [[one for one in listed if all(one in other for other in lists)]
        for listed in lists]
    assert told["same_order"] == all(one == common[0] for one in common)


def test_rows_are_merged_in_the_order_of_all():
    """What one list has between two others stands between them."""
    string = "ALL:COMPLEMENTOFALL"
    told = json.loads(run("ciphers", "-json", string).stdout)
    text = run("ciphers", "-backend", "all", string).stdout
    rows = list(rows_of(text, sorted(BACKENDS)))
    assert told["same_order"]
    for backend in told["backends"]:
        at = [rows.index(one["openssl"]) for one in backend["selected"]]
        assert at == sorted(at), backend["name"]


def test_says_what_is_the_same_everywhere():
    """As openssl(1) prints it, with a remark on standard error."""
    string = "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA"
    words = ["-ciphersuites", "", string]
    done = run("ciphers", *words)
    assert done.stdout == string + "\n"
    assert done.stderr.endswith(": the same 2 suites in the same order\n")
    # With all of them asked for it is a table in any case.
    done = run("ciphers", "-backend", "all", *words)
    assert done.stdout.split()[:len(BACKENDS)] == sorted(BACKENDS)
    assert ": the same 2 suites in the same order\n" in done.stdout


def test_tells_that_the_order_differs():
    """Only if it does, which is a question of what is selected."""
    done = run("ciphers", "-backend", "all", "DEFAULT")
    assert "in the same order" in done.stdout
    assert "but not" not in done.stdout


def test_says_why_a_backend_lacks_a_suite(backend):
    told = json.loads(run("ciphers", "-json",
        "ALL:COMPLEMENTOFALL").stdout)
    one = next(one for one in told["backends"] if one["name"] == backend)
    why = {suite["openssl"]: suite["reason"] for suite in one["lacking"]}
    for feature, sample in (("tls1_3", "TLS_AES_128_GCM_SHA256"),
        ("anonymous", "ADH-AES128-SHA"), ("psk", "PSK-AES128-CBC-SHA")):
        against = reason_against(backend, feature)
        assert (sample in why) == bool(against), feature
        assert not against or \
            against == "%s: %s" % (backend, why[sample])


def test_several_may_be_named():
    names = sorted(BACKENDS)[:2]
    if len(names) < 2:
        pytest.skip("there is one backend")
    text = run("ciphers", "-backend", ",".join(names)).stdout
    assert text.split("\n")[0].split() == names


# ---- what a server does ---------------------------------------------------


@pytest.mark.parametrize("string", ["DEFAULT", "HIGH:!aNULL", "AES128+ECDHE",
    "kRSA:ECDHE+AES256:!eNULL"])
def test_a_server_uses_that(server, pki, backend, string):
    """Its page tells the list that the library was given."""
    there = server("-www", "-cipher", string, certs=pki.rsa)
    page = json.loads(fetch(there, pki, "/json").body)
    told = json.loads(run("ciphers", "-s", "-json", "-backend", backend,
        string).stdout)
    assert [one["name"] for one in page["config"]["suites"]] == \
        [one["name"] for one in told["backends"][0]["selected"]]


SHOWN = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521",
    "x25519": "X25519", "x448": "X448", "ffdhe2048": "ffdhe2048",
    "ffdhe8192": "ffdhe8192", "brainpoolP256r1": "brainpoolP256r1",
    "X25519MLKEM768": "X25519MLKEM768"}


@pytest.mark.parametrize("native", [False, True], ids=["ours", "native"])
def test_a_server_takes_the_default_groups(server, pki, backend, native):
    """Each group is offered alone, by a client of TLS 1.3, or of TLS 1.2 with
    an RSA certificate where there is no 1.3."""
    words = ["-native"] if native else []
    told = json.loads(run("groups", "-json", "-backend", backend,
        *words).stdout)["backends"][0]["selected"]
    listed = {one["name"]: one["openssl"] for one in told}
    newest = not reason_against(backend, "tls1_3")
    there = server("-www", *words, certs=pki.ecdsa if newest else pki.rsa)
    tried = 0
    for name, theirs in SHOWN.items():
        if not newest and "ffdhe" in name:
            continue		# that is another matter in TLS 1.2
        said = call(need("openssl"), "s_client", "-connect",
            "127.0.0.1:%d" % there.port, "-groups", theirs,
            "-tls1_3" if newest else "-tls1_2", text=b"", status=None)
        if "-groups" in said and "CONNECTED" not in said:
            continue		# it does not know the group
        tried += 1
        assert ("Server certificate" in said) == (name in listed), \
            (name, said)
        assert name not in listed or listed[name] == theirs
    assert tried > 4


@pytest.mark.parametrize("native", [False, True], ids=["ours", "native"])
def test_a_server_asks_for_the_default_signatures(server, pki, backend,
    native):
    words = ["-native"] if native else []
    told = json.loads(run("sigalgs", "-json", "-backend", backend,
        *words).stdout)["backends"][0]["selected"]
    there = server("-www", "-verify", "1", *words)
    said = call(need("openssl"), "s_client", "-connect",
        "127.0.0.1:%d" % there.port, "-tls1_2", text=b"", status=None)
    asked = re.search(r"Requested Signature Algorithms: (.*)",
        said).group(1).split(":")
    assert len(told) > 3 and len(asked) == len(told)
    for one, listed in zip(asked, told):
        assert one.lower() in (listed["openssl"].lower(), listed["name"])


@pytest.mark.parametrize("command, native", [("groups", []),
    ("groups", ["-native"]), ("sigalgs", [])])
def test_defaults_are_some_of_all(backend, command, native):
    def names(*words):
        return [one["name"] for one in json.loads(run(command, "-json",
            "-backend", backend, *words).stdout)["backends"][0]["selected"]]
    defaults, everything = names(*native), names("-all")
    assert defaults and len(set(defaults)) == len(defaults)
    assert set(defaults) <= set(everything)


def test_tells_whose_order_of_groups_decides(backend):
    told = json.loads(run("groups", "-json", "-backend",
        backend).stdout)["backends"][0]
    assert told["order"] in ("server", "client", "mixed")
    words = {"server": "this order decides", "client":
        "the client's order decides", "mixed": "neither this order"}
    if len(BACKENDS) > 1:
        assert "%s: %s" % (backend, words[told["order"]]) in \
            run("groups", "-backend", "all").stdout
    told = json.loads(run("groups", "-json", "P-256").stdout)
    assert [one["order"] for one in told["backends"]] == \
        [None] * len(BACKENDS)


def test_knows_what_groups_and_keys_are(backend):
    kinds = {"P-256": "EC", "X25519": "EC", "ffdhe2048": "FFDHE",
        "X25519MLKEM768": "hybrid", "MLKEM768": "PQ"}
    told = json.loads(run("groups", "-all", "-json", "-backend",
        backend).stdout)["backends"][0]["selected"]
    assert {one["kind"] for one in told} <= {"EC", "FFDHE", "PQ", "hybrid"}
    for one in told:
        assert one["kind"] == kinds.get(one["openssl"], one["kind"])
    keys = {"rsa_pkcs1_sha256": "RSA", "rsa_pss_pss_sha256": "RSA-PSS",
        "ecdsa_secp256r1_sha256": "ECDSA", "ed25519": "EdDSA"}
    told = json.loads(run("sigalgs", "-all", "-json", "-backend",
        backend).stdout)["backends"][0]["selected"]
    for one in told:
        assert one["kind"] == keys.get(one["name"], one["kind"]) != "other"


# ---- lists that are wrong -------------------------------------------------


@pytest.mark.parametrize("command, string, words", [
    ("ciphers", "HIHG", "no cipher matches 'HIHG': did you mean HIGH?"),
    ("ciphers", "ECDHE-RSA-AES128-GCM-SHA265",
        "did you mean ECDHE-RSA-AES128-GCM-SHA256?"),
    ("ciphers", "!ALL:WORNG", "'WORNG' means nothing"),
    ("ciphers", "AES128-SHA:@STRONG", "neither @STRENGTH nor @SECLEVEL"),
    ("groups", "x25518", 'no group is called "x25518": did you mean x25519?'),
    ("sigalgs", "ECDSA+SHA257", "did you mean ECDSA+SHA256?"),
    ("groups", "x25519::x448", "a name is empty"),
    ("groups", "x25519:X25519", "named twice"),
])
def test_refuses_what_nobody_understands(command, string, words):
    for more in ([], ["-backend", "all"], ["-backend", sorted(BACKENDS)[0]]):
        done = run(command, *more, string)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("polytls %s: " % command)
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_says_that_a_backend_has_nothing_of_it(backend):
    """Status 3 where it is the only one; elsewhere a sentence."""
    told = json.loads(run("ciphers", "-json", "ARIA:CAMELLIA:aNULL",
        "-ciphersuites", "").stdout)
    for name in ("ARIA", "aNULL"):
        done = run("ciphers", "-backend", backend, "-ciphersuites", "", name)
        has = [one for one in told["backends"] if one["name"] == backend
            for one in one["selected"]
            if name in one["openssl"] or one["authentication"] == "None"
            and name == "aNULL"]
        assert done.returncode == (0 if has else 3), done.stderr
        both = run("ciphers", "-ciphersuites", "", name)
        if not has:
            assert "of '%s' the library has none" % name in done.stderr
            assert re.search(r"(?m)^%s: .* selects nothing$" % backend,
                both.stdout)


def test_refuses_a_backend_that_is_not_there():
    done = run("ciphers", "-backend", "nosuch", "HIGH")
    assert done.returncode == 2
    assert 'no backend "nosuch"' in done.stderr


def test_takes_one_list():
    done = run("ciphers", "HIGH", "LOW")
    assert (done.returncode, done.stdout) == (2, "")
    assert '"LOW" is one word too many' in done.stderr


def test_a_list_may_begin_with_a_dash():
    name = sorted(BACKENDS)[0]
    plain = run("ciphers", "-backend", name, "AES128:-kRSA")
    dashed = run("ciphers", "-backend", name, "--", "-kRSA:AES128:-kRSA")
    assert plain.returncode == 0 and plain.stdout == dashed.stdout


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_has_help(command):
    done = run(command, "-help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: polytls %s [OPTION...] [LIST]\n"
        % command)
    words = run(command, "-help", "-words").stdout.split()
    assert words == re.findall(r"(?m)^ (-\w+)", done.stdout)
    assert command in run("help", "-words").stdout.split()


def test_says_which_words_are_skipped():
    """OpenSSL says nothing."""
    for more in ([], ["-backend", "all"]):
        done = run("ciphers", *more, "AES128-SHA:WORNG:-AES265")
        assert done.returncode == 0
        assert done.stderr.splitlines()[0] == "polytls ciphers: skipped, " \
            "since it means nothing: WORNG, AES265"


def test_says_what_a_backend_lacks(backend):
    told = json.loads(run("ciphers", "-json", "ALL:eNULL").stdout)
    here, = [one for one in told["backends"] if one["name"] == backend]
    lacking = [one["openssl"] for one in here["lacking"]
        if one["version"] != "TLSv1.3"]
    done = run("ciphers", "-backend", backend,
        ":".join(lacking + ["AES128-SHA"]))
    assert done.stdout.endswith("AES128-SHA\n")
    assert done.stderr == ("polytls ciphers: the %s backend lacks %s\n"
        % (backend, ", ".join(lacking)) if lacking else "")


def test_remarks_on_what_has_no_effect():
    done = run("ciphers", "-tls1_2", "-backend", sorted(BACKENDS)[0])
    assert done.returncode == 0
    assert "-tls1_2 has no effect without -s" in done.stderr
