"""test_modules.py - backends that others make, and those that go wrong

SPDX-License-Identifier: Apache-2.0

tests/modules/fourth.c is compiled as somebody outside this tree would do it:
against the headers of make install, with the flags of polytls-backend.pc.
"""
import json
import os
import shlex
import shutil
import subprocess

import pytest

from clients import fetch, plain, read_all
from conftest import BACKENDS
from servers import DEADLINE, run

SOURCE = os.path.join(os.environ["top_srcdir"], "tests", "modules",
    "fourth.c")
BUILD = os.environ["top_builddir"]
NAME = "fourth"

# Seconds until a module that hangs is given up: the libraries beside it have
# to be done with each question by then, on a busy machine too.
PATIENCE = int(max(5, DEADLINE / 6))
GIVEN_UP = "within %d seconds" % PATIENCE


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The flags that a stranger compiles with."""
    if not shutil.which("pkg-config"):
        pytest.skip("pkg-config is not installed")
    root = str(tmp_path_factory.mktemp("installed"))
    env = {name: value for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    subprocess.run(["make", "-s", "install-contractHEADERS",
        "install-pkgconfigDATA", "DESTDIR=" + root], check=True, cwd=BUILD,
        env=env, stdout=subprocess.DEVNULL)
    found = [folder for folder, _, names in os.walk(root)
        if "polytls-backend.pc" in names]
    flags = subprocess.run(["pkg-config", "--cflags", "polytls-backend"],
        check=True, stdout=subprocess.PIPE, text=True,
        env=dict(env, PKG_CONFIG_PATH=found[0], PKG_CONFIG_SYSROOT_DIR=root))
    return shlex.split(flags.stdout)


@pytest.fixture
def module(installed, tmp_path):
    """Compiles the module with these definitions; what it is found by."""
    def build(*defined):
        compiler = shlex.split(os.environ.get("CC", "cc"))
        subprocess.run(compiler + ["-std=c11", "-D_GNU_SOURCE", "-fPIC",
            "-shared", "-Wall", "-Wextra", "-Werror"] +
            ["-D" + one for one in defined] + installed +
            ["-o", str(tmp_path / ("polytls-%s.so" % NAME)), SOURCE],
            check=True)
        path = "%s:%s" % (tmp_path, os.environ["POLYTLS_BACKEND_PATH"])
        env = {"POLYTLS_BACKEND_PATH": path}
        if any(one.startswith("HANGS") for one in defined):
            env["POLYTLS_BACKEND_TIMEOUT"] = str(PATIENCE)
        return env

    return build


def told(env):
    """What `polytls backends` says of it; the others are as ever."""
    done = run("backends", "-json", env=env)
    assert done.returncode == 0, done.stderr
    found = {one["name"]: one
        for one in json.loads(done.stdout)["backends"]}
    assert {name for name in found if found[name]["loads"]} - {NAME} == \
        set(BACKENDS) | ({"null"} & set(found))
    return found[NAME]


# ---- a good one -----------------------------------------------------------


def test_is_listed(module):
    found = told(module())
    assert found["loads"]
    assert found["library"] == "Fourth"
    assert found["features"]["tls1_2"] == {"support": "full", "note": None}
    assert found["features"]["alpn"] == {"support": "none",
        "note": "the fourth library never learned it"}


def test_serves(server, module):
    there = server("-www", "-backend", NAME, env=module(), backend=False)
    with plain(there) as peer:
        peer.sendall(b"GET /json HTTP/1.0\r\n\r\n")
        answer = read_all(peer)
    page = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    assert page["backend"]["name"] == NAME
    there.wait("closed", conn=1)


@pytest.mark.parametrize("option", ["-tls1_3", "-tls1"])
def test_refuses_with_its_reason(module, pki, option):
    done = run("s_server", "-backend", NAME, "-accept", "127.0.0.1:0",
        "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key, option, env=module())
    assert done.returncode == 3
    assert NAME in done.stderr and option in done.stderr
    assert "never learned it" in done.stderr


def test_seeds_its_server(module, pki, tmp_path):
    """With every byte that was given; one that cannot ends the program."""
    (tmp_path / "seed").write_bytes(b"seventeen bytes .")
    done = run("s_server", "-backend", NAME, "-accept", "127.0.0.1:0",
        "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key, "-rand",
        tmp_path / "seed", env=module("SEED_FAILS"))
    assert done.returncode != 0
    assert "no room for 17 bytes" in done.stderr


# ---- older and newer ones -------------------------------------------------


def test_takes_a_shorter_struct(module):
    """What it lacks it cannot, whatever it says."""
    found = told(module("SIZE=offsetof(struct tls_backend, seed)"))
    assert found["loads"]
    assert found["features"]["tls1_2"]["support"] == "full"
    assert found["features"]["random_seed"]["support"] == "none"
    assert "older" in found["features"]["random_seed"]["note"]


def test_takes_fewer_features(module):
    found = told(module("NUM_FEATURES=TLS_FEATURE_RANDOM_SEED"))
    assert found["loads"]
    assert found["features"]["tls1_2"]["support"] == "full"
    assert found["features"]["random_seed"]["support"] == "none"
    assert "older" in found["features"]["random_seed"]["note"]


def test_a_claim_without_a_function_is_none(module):
    found = told(module("CLAIMS_KEY_UPDATE"))
    assert found["features"]["key_update"]["support"] == "none"
    assert "lacks the function" in found["features"]["key_update"]["note"]


def test_no_answer_is_none(module):
    found = told(module("SAYS_NOTHING"))
    assert found["features"]["alpn"]["support"] == "none"
    assert found["features"]["alpn"]["note"]


# What is wrong, and the words of its refusal.
WRONG = {
    "longer": (["SIZE=sizeof(struct tls_backend) + 8"], "newer polytls"),
    "more features": (["NUM_FEATURES=TLS_FEATURE_COUNT + 1"],
        "newer polytls"),
    "too short": (["SIZE=offsetof(struct tls_backend, facts)"],
        "cannot do with less"),
    "another contract": (["ABI=99"], "built for contract 99"),
    "another name": (['NAME="fifth"'], 'says it is "fifth"'),
    "another symbol": (["SYMBOL=tls_backend_fifth"],
        "lacks the symbol tls_backend_fourth"),
    "a function less": (["LACKS_READ"], '"read"'),
    "start fails": (["START_FAILS"], "the fourth library is tired"),
    "probe fails": (["PROBE_FAILS"], "has no memory left"),
    "start hangs": (["HANGS_IN_START"], "did not start " + GIVEN_UP),
    "probe hangs": (["HANGS_IN_PROBE"], GIVEN_UP),
    "answer hangs": (["HANGS_IN_ANSWER"], GIVEN_UP),
    "suites hang": (["HANGS_IN_SUITES"], GIVEN_UP),
}


@pytest.mark.parametrize("how", sorted(WRONG))
def test_lists_it_with_the_reason(module, how):
    defined, words = WRONG[how]
    found = told(module(*defined))
    assert not found["loads"]
    assert words in found["error"]


@pytest.mark.parametrize("how", sorted(WRONG))
def test_does_not_serve_it(module, pki, how):
    defined, words = WRONG[how]
    done = run("s_server", "-backend", NAME, "-accept", "127.0.0.1:0",
        "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key,
        env=module(*defined))
    assert done.returncode in (2, 3)
    assert words in done.stderr


@pytest.mark.parametrize("how", ["start hangs", "suites hang"])
def test_another_serves_beside_it(server, pki, module, how):
    """Reports look at every backend, and do without this one."""
    there = server("-www", env=module(*WRONG[how][0]))
    assert fetch(there, pki).status == 200
    there.wait("closed", conn=1)
    assert there.stop() == 0


@pytest.mark.parametrize("how", sorted(WRONG))
def test_sni_goes_on_without_it(server, pki, module, how):
    defined, words = WRONG[how]
    there = server("-www", "-backend", "sni", env=module(*defined),
        backend=False)
    for name in sorted(BACKENDS):
        assert fetch(there, pki, name=name + ".localhost").status == 200
    remark = there.err.text()
    assert "left out" in remark and words in remark
