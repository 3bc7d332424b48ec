"""test_run.py - polytls run: a command beside a server for it

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import pty
import re
import resource
import select
import signal
import stat
import subprocess
import sys
import time

import pytest

from clients import need
from conftest import BACKENDS
from servers import DEADLINE, PROGRAM, is_instrumented

PYTHON = sys.executable
# Of the shell: nobody waits for it to end.
FOREVER = "tail -f /dev/null"
# Of Python: waits for the signal whose number is its argument.
WAITS = """import signal, sys
number = int(sys.argv[1])
signal.pthread_sigmask(signal.SIG_BLOCK, [number])
print("ready", flush=True)
signal.sigwait([number])
"""


def start(*words, **options):
    return subprocess.Popen([PROGRAM, "run"] + [str(word) for word in words],
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def end(there, status=0):
    out, err = there.communicate(timeout=2 * DEADLINE)
    assert there.returncode == status, (out, err)
    return out, err


def run(*words, status=0, **options):
    """What came on both streams; the exit status is checked."""
    return end(start(*words, **options), status)


@pytest.fixture(autouse=True)
def tmp(tmp_path, monkeypatch):
    """Where the private directory is made: nothing is left in it."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    yield place
    assert list(place.iterdir()) == []


# ---- with real clients ---------------------------------------------------


def test_one_line_for_curl(backend):
    out, err = run("-backend", backend, "--", need("curl"), "-sS", "-o",
        "{dir}/page", "-w", "%{http_code} %{url}", "--cacert", "{ca}", "{url}")
    assert re.fullmatch(r"200 https://localhost:\d+/", out)
    assert err == ""


def test_one_line_for_s_client(backend):
    out, _ = run("-backend", backend, "-expect", "version=1.2", "--",
        need("openssl"), "s_client", "-tls1_2", "-verify_return_error",
        "-CAfile", "{ca}", "-connect", "{address}:{port}",
        "-verify_hostname", "{host}")
    assert "Verify return code: 0 (ok)" in out


def test_one_line_for_gnutls_cli(backend):
    out, _ = run("-backend", backend, "-expect", "sni=localhost", "--",
        need("gnutls-cli"), "--x509cafile", "{ca}", "-p", "{port}", "{host}")
    assert "The certificate is trusted." in out


def test_one_line_for_python(backend):
    out, _ = run("-backend", backend, "-expect", "sni=localhost "
        "connections=1", "-trust", "--", PYTHON, "-c",
        "import urllib.request, os\n"
        "print(urllib.request.urlopen(os.environ['POLYTLS_URL']).status)")
    assert out == "200\n"


@pytest.mark.needs("client_certificate")
def test_a_client_certificate(backend):
    """Made where somebody asks for it, and accepted."""
    run("-backend", backend, "-Verify", "1", "-expect", "client_cert=valid",
        "--", need("curl"), "-sS", "-o", "{dir}/page", "--cacert", "{ca}",
        "--cert", "{client_cert}", "--key", "{client_key}", "{url}")


@pytest.mark.needs("client_certificate")
def test_no_client_certificate(backend):
    """The server's reason is told once, by the expectation."""
    _, err = run("-backend", backend, "-Verify", "1", "-expect",
        "client_cert=valid", "--", need("curl"), "-s", "-o", "{dir}/page",
        "--cacert", "{ca}", "{url}", status=1)
    assert err.startswith("conn 1: handshake: expected ok, seen failed: ") \
        or "conn 1: client_cert: expected valid, seen none\n" in err


@pytest.mark.needs("identities")
def test_suites_that_need_rsa(backend):
    run("-backend", backend, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-"
        "SHA256", "-expect", "suite=ECDHE-RSA-AES128-GCM-SHA256", "-trust",
        "--", need("curl"), "-sS", "-o", "{dir}/page", "{url}")


# ---- the verdict ---------------------------------------------------------


def test_an_expectation_that_fails_is_the_verdict(backend):
    _, err = run("-backend", backend, "-expect", "sni=a", "-trust",
        "--", need("curl"), "-sS", "-o", "{dir}/page", "{url}", status=1)
    assert err == "conn 1: sni: expected a, seen localhost\n"


def test_an_expectation_beats_the_status_of_the_command():
    run("-expect", "sni=a", "--", "sh", "-c", "exit 7", status=1)


def test_the_status_is_that_of_the_command():
    run("--", "true")
    run("--", "sh", "-c", "exit 7", status=7)


def test_a_handshake_that_fails_is_the_command_s_business():
    run("-tls1_3", "--", "sh", "-c", "curl -s --tlsv1.2 --tls-max 1.2 "
        "--cacert $POLYTLS_CA $POLYTLS_URL; test $? -ne 0")


def test_killed_by_a_signal():
    run("--", "sh", "-c", "kill -KILL $$", status=128 + signal.SIGKILL)


def test_no_such_command(tmp_path):
    out, err = run("--", "no-such-command-here", status=127)
    assert err == "polytls run: no-such-command-here: no such command\n"
    file = tmp_path / "file"
    file.write_text("x")
    out, err = run("--", file, status=126)
    assert err == "polytls run: %s: Permission denied\n" % file


def test_words_that_are_wrong():
    for words, said in [
        ((), "no command: "),
        (("--",), "no command: "),
        (("true",), '"true" is no option'),
        (("-naccept", "1", "--", "true"), "-expect connections=1"),
        (("-json", "-", "--", "true"), "standard output is the command's"),
        (("-verison", "--", "true"), "unknown option"),
        (("-expect", "x=1", "--", "true"), 'unknown key "x"'),
        (("-cert", "nosuch", "--", "true"), "nosuch"),
        (("--", "echo", "{prt}"), "{prt} is none of {url} {host} "),
        (("-nocert", "--", "echo", "{ca}"), "there is no {ca}: "),
    ]:
        _, err = run(*words, status=2)
        assert err.startswith("polytls run: ") and said in err
        assert len(err.splitlines()) == 1


def test_the_last_request_is_judged_although_the_command_has_ended():
    """What was sent before the end counts, on every thread."""
    out, _ = run("-workers", "3", "-trust", "-expect",
        "connections=12 sni=localhost close=clean|truncated|reset|"
        "closed_here", "--", PYTHON, "-c",
        "import os, socket, ssl\n"
        "made = ssl.create_default_context()\n"
        "port = int(os.environ['POLYTLS_PORT'])\n"
        "for _ in range(12):\n"
        "    peer = made.wrap_socket(socket.create_connection(("
        "'127.0.0.1', port)), server_hostname='localhost')\n"
        "    peer.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')\n"
        "os._exit(0)")


def test_whoever_waits_to_be_accepted_is_counted():
    """The server is stopped while clients come and the command ends: it
    learns of all that at once."""
    there = start("-expect", "handshake=failed connections=20", "--", PYTHON,
        "-c", "import os, signal, socket\n"
        "os.kill(os.getppid(), signal.SIGSTOP)\n"
        "peers = [socket.create_connection(('127.0.0.1', "
        "int(os.environ['POLYTLS_PORT']))) for _ in range(20)]\n"
        "print(os.getpid(), flush=True)\n"
        "os._exit(0)")
    command = int(there.stdout.readline())
    end_of_time = time.monotonic() + DEADLINE
    while ") Z " not in open("/proc/%d/stat" % command).read():
        assert time.monotonic() < end_of_time
    there.send_signal(signal.SIGCONT)
    end(there)


# ---- what the command is given -------------------------------------------


def test_places_and_variables_agree():
    out, _ = run("--", PYTHON, "-c", "import os, sys, json\n"
        "print(json.dumps([sys.argv[1:], dict(os.environ)]))", "{url}",
        "{host}", "{address}", "{port}", "{ca}", "{cert}", "{client_cert}",
        "{client_key}", "{backend}", "{dir}")
    words, environment = json.loads(out)
    assert words == [environment["POLYTLS_" + name.upper()] for name in
        ("url", "host", "address", "port", "ca", "cert", "client_cert",
        "client_key", "backend", "dir")]
    assert words[0] == "https://localhost:%s/" % words[3]
    assert words[1:3] == ["localhost", "127.0.0.1"]


def test_braces():
    out, _ = run("--", "printf", "%s|", "{{url}", '{"a": 1}', "%{http_code}",
        "${x}", "{}", "{", "a{{{{b", "{A}", "{host}{host}", "")
    assert out == '{url}|{"a": 1}|%{http_code}|${x}|{}|{|a{{b|{A}|' \
        'localhosthost'.replace("localhosthost", "localhostlocalhost||")


def test_trust_is_asked_for(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/mine")
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    show = 'echo $SSL_CERT_FILE $NODE_EXTRA_CA_CERTS'
    out, _ = run("--", "sh", "-c", show)
    assert out == "/mine\n"
    out, _ = run("-trust", "--", "sh", "-c", show + "; echo {ca}")
    assert out.splitlines()[0] == " ".join([out.splitlines()[1]] * 2)


def test_files_are_private_and_gone_afterwards(tmp):
    out, _ = run("--", "sh", "-c", "stat -c '%a %n' {dir} {dir}/*; "
        "mkdir {dir}/more; touch {dir}/more/file; ln -s / {dir}/root")
    modes = dict(reversed(line.split(" ")) for line in out.splitlines())
    assert set(modes.values()) == {"700", "600"}
    assert all(name.startswith(str(tmp)) for name in modes)


def test_streams_are_passed_through():
    there = start("--", "sh", "-c", "read a; echo got $a; echo err >&2",
        stdin=subprocess.PIPE)
    out, err = there.communicate("word\n", timeout=DEADLINE)
    assert (out, err) == ("got word\n", "err\n")


def test_descriptors_and_limits_are_as_they_were():
    """The server raises one limit and lowers another, for itself."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    core = resource.getrlimit(resource.RLIMIT_CORE)[0]
    here, there = os.pipe()
    out, _ = run("-json", "{}/events".format(os.environ["TMPDIR"]), "-trust",
        "--", PYTHON, "-c",
        "import os, resource, signal\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "print(sorted(int(n) for n in os.listdir('/proc/self/fd') if "
        "os.path.exists('/proc/self/fd/' + n)))\n"
        "print(open('/proc/self/status').read().split('SigIgn:')[1]"
        ".split()[0], open('/proc/self/status').read().split('SigBlk:')[1]"
        ".split()[0])", pass_fds=(there,),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
        (200, hard)))
    os.remove(os.environ["TMPDIR"] + "/events")
    os.close(here)
    os.close(there)
    lines = out.splitlines()
    assert lines[:2] == ["200", str(core)]
    assert lines[2] == str([0, 1, 2, there])
    # Python itself ignores SIGPIPE and SIGXFSZ; the C library has two signals
    # for itself.
    ignored, blocked = lines[3].split()
    assert int(ignored, 16) & 0x7fffffff == 1 << (signal.SIGPIPE - 1) | \
        1 << (signal.SIGXFSZ - 1)
    assert int(blocked, 16) == 0


def test_what_was_ignored_stays_ignored():
    out, _ = run("--", "sh", "-c", "grep SigIgn /proc/self/status")
    assert int(out.split()[1], 16) & 1 << (signal.SIGPIPE - 1) == 0
    out, _ = run("--", "sh", "-c", "grep SigIgn /proc/self/status",
        restore_signals=False)
    assert int(out.split()[1], 16) & 1 << (signal.SIGPIPE - 1)


def test_the_server_is_silent_unless_asked():
    words = ["--", need("curl"), "-sS", "-o", "{dir}/page", "--cacert",
        "{ca}", "{url}"]
    assert run(*words) == ("", "")
    out, err = run("-brief", *words)
    assert out == "" and "Ciphersuite: " in err
    out, err = run("-msg", *words)
    assert out == "" and "<<< TLS 1.3, " in err
    out, err = run("-state", *words)
    assert out == "" and "SSL_accept:" in err


def test_events(tmp):
    run("-json", tmp / "events", "-expect", "sni=a", "--", need("curl"),
        "-sS", "-o", "{dir}/page", "--cacert", "{ca}", "{url}", status=1)
    events = [json.loads(line) for line in open(tmp / "events")]
    (tmp / "events").unlink()
    assert [event["event"] for event in events if event["event"] in
        ("listening", "accepted", "mismatch", "stop")] == \
        ["listening", "accepted", "mismatch", "stop"]
    assert events[-1]["status"] == 1


def test_other_modes(tmp_path):
    (tmp_path / "file").write_text("words")
    out, _ = run("-WWW", "-root", tmp_path, "--", need("curl"), "-sS",
        "--cacert", "{ca}", "{url}file")
    assert out == "words"
    out, _ = run("-rev", "--", "sh", "-c", "printf 'abc\\nCLOSE\\n' | "
        + need("openssl") + " s_client -quiet -CAfile {ca} -connect "
        "{address}:{port} 2>{dir}/err")
    assert out == "cba\n"


def test_a_certificate_of_one_s_own(pki):
    out, _ = run("-cert", pki.rsa.cert, "-key", pki.rsa.key, "--",
        need("curl"), "-sS", "-o", "{dir}/page", "-w", "{cert}", "--cacert",
        pki.ca.cert, "{url}")
    assert out == pki.rsa.cert


def test_addresses():
    out, _ = run("-6", "--", "echo", "{address} {host}")
    assert out == "::1 localhost\n"
    out, _ = run("-accept", "127.0.0.2:0", "--", "echo", "{url} {host}")
    assert re.fullmatch(r"https://127\.0\.0\.2:\d+/ 127\.0\.0\.2\n", out)


# ---- commands that do not end, or not alone ------------------------------


def test_a_command_that_never_ends():
    out, err = run("-timeout", "0.2", "--", "sh", "-c",
        "trap '' TERM; %s & wait; %s" % (FOREVER, FOREVER), status=124)
    assert err == "polytls run: sh: not done after 0.2 seconds (-timeout): " \
        "ended\n"


def test_a_timeout_that_is_not_reached():
    assert run("-timeout", "100", "--", "true") == ("", "")


def test_what_is_left_behind_is_ended():
    """The pipe of its output would stay open else."""
    out, err = run("--", "sh", "-c", FOREVER + " & echo $!")
    assert err == "polytls run: sh: it left processes behind: they are " \
        "ended\n"
    assert not os.path.exists("/proc/%d" % int(out))


def test_what_has_ended_by_itself_is_not_left_behind():
    """An orphan that is over, and that nobody has waited for."""
    out, err = run("--", "sh", "-c", ": $( (true &) ) & wait")
    assert err == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_passed_on(number):
    there = start("--", PYTHON, "-c", WAITS + "sys.exit(9)", str(int(number)),
        preexec_fn=lambda: signal.signal(signal.SIGINT,
        signal.default_int_handler))
    assert there.stdout.readline() == "ready\n"
    there.send_signal(number)
    end(there, 9)


def test_a_signal_that_the_command_dies_of():
    there = start("--", "sh", "-c", "echo ready; exec " + FOREVER)
    assert there.stdout.readline() == "ready\n"
    there.terminate()
    end(there, 128 + signal.SIGTERM)


def test_the_second_signal_is_meant():
    there = start("--", PYTHON, "-c", WAITS +
        "print('again', flush=True)\nsignal.sigwait([number])",
        str(int(signal.SIGTERM)))
    assert there.stdout.readline() == "ready\n"
    there.terminate()
    assert there.stdout.readline() == "again\n"
    there.terminate()
    end(there, 128 + signal.SIGKILL)


def read_until(fd, words):
    data = b""
    while words not in data:
        assert select.select([fd], [], [], DEADLINE)[0], data
        data += os.read(fd, 1000)
    return data


def test_the_terminal_is_the_command_s():
    """It may read from it, and gets ^C; then it is given back."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execlp("sh", "sh", "-c", '"$0" run -- "$1" -c "$2" 2; '
            'echo "<$?>"; read b; echo again $b', PROGRAM, PYTHON,
            "input()\n" + WAITS + "sys.exit(5)")
    os.write(fd, b"word\n")
    read_until(fd, b"ready")
    os.write(fd, b"\x03")
    read_until(fd, b"<5>")
    os.write(fd, b"more\n")
    read_until(fd, b"again more")
    assert os.waitpid(pid, 0)[1] == 0
    os.close(fd)


# ---- several backends ----------------------------------------------------


def test_all_backends(tmp):
    out, err = run("-backend", "all", "-json", tmp / "events", "--", "echo",
        "{backend}")
    assert out.split() == sorted(BACKENDS)
    assert err.splitlines() == ["polytls run: %s: passed" % name for name
        in sorted(BACKENDS)]
    events = [json.loads(line) for line in open(tmp / "events")]
    (tmp / "events").unlink()
    assert len([event for event in events if event["event"] == "start"]) == \
        len(BACKENDS)


def test_one_of_several_fails():
    last = sorted(BACKENDS)[-1]
    out, err = run("-backend", ",".join(sorted(BACKENDS)), "--", "sh", "-c",
        "test {backend} = %s || exit 6" % last, status=6)
    assert err.splitlines() == ["polytls run: %s: failed, status 6" % name
        for name in sorted(BACKENDS)[:-1]] + ["polytls run: %s: passed" % last]


def test_a_signal_ends_all_of_several():
    there = start("-backend", "all", "--", "sh", "-c",
        "echo ready; exec " + FOREVER)
    assert there.stdout.readline() == "ready\n"
    there.terminate()
    out, err = end(there, 128 + signal.SIGTERM)
    assert out == "" and len(err.splitlines()) == 1


def test_several_and_a_capture():
    run("-backend", "all", "-pcapng", "/dev/null", "--", "true", status=2)
    run("-backend", ",", "--", "true", status=2)


# ---- speed ---------------------------------------------------------------


def cpu_of(*words):
    """Seconds of CPU time, of the program and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([PROGRAM] + list(words), check=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - \
        before.ru_stime


@pytest.mark.skipif(is_instrumented(), reason="the program is instrumented")
def test_start_and_end_cost_little(backend):
    """30 ms more than a server's own start, which ends by a signal at
    once; CPU time, since others use the machine."""
    def alone():
        there = subprocess.Popen([PROGRAM, "s_server", "-www", "-accept",
            "127.0.0.1:0", "-backend", backend], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        there.stdout.readline()
        there.terminate()
        there.communicate(timeout=DEADLINE)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - \
            before.ru_stime

    server = min(alone() for _ in range(5))
    whole = min(cpu_of("run", "-backend", backend, "--", "true")
        for _ in range(5))
    assert whole < server + 0.030


# ---- the manual ----------------------------------------------------------


def page_of(name):
    path = os.path.join(os.path.dirname(__file__), "..", "..", "doc", name)
    with open(path) as file:
        return file.read().replace("\\-", "-")


def test_manual_has_every_placeholder():
    """Which the program lists, as it does in its help, for a wrong one."""
    _, err = run("--", "echo", "{x}", status=2)
    told = re.findall(r"\{\w+\}", err.split(" of ")[1].split(";")[0])
    assert told == re.findall(r"^(\{\w+\})\tPOLYTLS_", page_of(
        "polytls-run.1"), re.M)
    done = subprocess.run([PROGRAM, "run", "-help"], text=True,
        stdout=subprocess.PIPE, check=True).stdout
    assert told == re.findall(r"\{\w+\}", done.split("stand for")[1])


def test_manual_has_every_option():
    done = subprocess.run([PROGRAM, "run", "-help", "command"], text=True,
        stdout=subprocess.PIPE, check=True).stdout
    told = re.findall(r"^ (-\w+)", done, re.M)
    assert told == ["-timeout", "-trust"]
    for option in told:
        assert "\n.B %s" % option in page_of("polytls-run.1")
