#!/usr/bin/python3
# bench.py - what polytls costs beside the bare libraries and other servers
# SPDX-License-Identifier: Apache-2.0
"""Prints the server's CPU time per handshake, resumed handshake and GB, and its
memory per idle connection, for every backend, beside the same library driven
in memory without sockets (the floor) and beside other servers, as ratios from
one run.  Every figure is the median of --rounds rounds, and in each round all
the servers have their turn."""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import start

KEYS = ("P-256", "RSA-2048")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=".", help="the build directory")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=400,
                        help="handshakes a round")
    parser.add_argument("--idle", type=int, default=1000,
                        help="idle connections")
    parser.add_argument("--crowd", type=int, default=5000,
                        help="idle connections beside new ones")
    parser.add_argument("--megabytes", type=int, default=100,
                        help="size of the download")
    parser.add_argument("--only", default="",
                        help="comma list: full, resume, download, capture, "
                        "idle, crowd, start, shadow")
    parser.add_argument("--backend", default="", help="comma list of names")
    parser.add_argument("--no-others", action="store_true",
                        help="leave out the other servers")
    return parser.parse_args()


def make_certificates(folder):
    """A pair of PEM files for each kind of key."""
    kinds = {"P-256": ["-newkey", "ec", "-pkeyopt",
                       "ec_paramgen_curve:prime256v1"],
             "RSA-2048": ["-newkey", "rsa:2048"]}
    for name, words in kinds.items():
        subprocess.run(
            ["openssl", "req", "-x509", *words, "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", f"{folder}/{name}.key",
             "-out", f"{folder}/{name}.crt"],
            check=True, stderr=subprocess.DEVNULL)


def free_port():
    """A port for a server that cannot choose one itself."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def cpu_ns(pid):
    """Nanoseconds of CPU that a process and its children have used."""
    total = 0
    for one in [pid, *children(pid)]:
        for task in os.listdir(f"/proc/{one}/task"):
            with open(f"/proc/{one}/task/{task}/schedstat",
                      encoding="ascii") as file:
                total += int(file.read().split()[0])
    return total


def task_ns(pid, task):
    """The same of one thread."""
    with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def private_bytes(pid):
    """Memory that only this process and its children hold."""
    total = 0
    for one in [pid, *children(pid)]:
        with open(f"/proc/{one}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith(("Private_Clean:", "Private_Dirty:")):
                    total += int(line.split()[1]) * 1024
    return total


class Server:
    """A server process on 127.0.0.1; the with statement stops it."""

    def __init__(self, command, port=None, ready=None, cwd=None):
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, cwd=cwd,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.port = port
        for line in self.process.stdout:
            word = line.decode("latin-1")
            if ready and ready in word:
                if port is None:
                    self.port = int(word.rstrip().rsplit(":", 1)[1])
                break
        else:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"did not start: {command}")
        # A full pipe would stop a server that talks.
        self.tables = 0
        self.more = threading.Condition()
        threading.Thread(target=self.drain, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def drain(self):
        """Reads what it prints, and counts the tables of -shadow."""
        for line in self.process.stdout:
            if line.startswith(b"shadow of connection "):
                with self.more:
                    self.tables += 1
                    self.more.notify_all()

    def await_tables(self, count):
        with self.more:
            if not self.more.wait_for(lambda: self.tables >= count, 20):
                raise RuntimeError(f"{self.tables} of {count} tables")


class Bench:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.build = os.path.abspath(arguments.build)
        # The modules of the build tree, without the script that says so.
        self.env = dict(os.environ, POLYTLS_BACKEND_PATH=":".join(
            f"{self.build}/backends/{name}/.libs"
            for name in os.listdir(f"{self.build}/backends")))

    def tool(self, name):
        return os.path.join(self.build, "bench", name)

    # ---- servers ----------------------------------------------------------

    def polytls(self, backend, key, mode="-www", words=()):
        return Server(
            [os.path.join(self.build, "run"), "s_server", "-backend",
             backend, "-accept", "127.0.0.1:0", mode, "-cert",
             f"{self.folder}/{key}.crt", "-key", f"{self.folder}/{key}.key",
             *words],
            ready="ACCEPT ", cwd=self.folder)

    def s_server(self, key, mode="-www"):
        return Server(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", mode, "-cert",
             f"{self.folder}/{key}.crt", "-key", f"{self.folder}/{key}.key"],
            ready="ACCEPT ", cwd=self.folder)

    def gnutls_serv(self, key):
        port = free_port()
        return Server(
            ["stdbuf", "-oL", "gnutls-serv", "--http", "--port", str(port),
             "--x509certfile", f"{self.folder}/{key}.crt",
             "--x509keyfile", f"{self.folder}/{key}.key"],
            port=port, ready="done")

    def nginx(self, key):
        port = free_port()
        config = f"{self.folder}/nginx.conf"
        with open(config, "w", encoding="ascii") as file:
            file.write(f"""
daemon off; worker_processes 1; error_log stderr notice;
pid {self.folder}/nginx.pid;
events {{ worker_connections 20000; }}
http {{ access_log off; root {self.folder};
 client_body_temp_path {self.folder}; proxy_temp_path {self.folder};
 fastcgi_temp_path {self.folder}; uwsgi_temp_path {self.folder};
 scgi_temp_path {self.folder};
 server {{ listen 127.0.0.1:{port} ssl;
  ssl_certificate {key}.crt; ssl_certificate_key {key}.key;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets on; }} }}
""")
        return Server(["sh", "-c", f"exec nginx -c {config} 2>&1"],
                      port=port, ready="start worker process ")

    def others(self, mode):
        """Name and starter of the other servers that are installed."""
        if self.arguments.no_others:
            return
        web = "-WWW" if mode == "download" else "-www"
        if shutil.which("openssl"):
            yield "openssl s_server", lambda key: self.s_server(key, web)
        if shutil.which("gnutls-serv") and mode != "download":
            yield "gnutls-serv", self.gnutls_serv
        if shutil.which("nginx"):
            yield "nginx", self.nginx

    # ---- measuring ---------------------------------------------------------

    def load(self, server, minor, mode, argument):
        """CPU nanoseconds of the server while the client runs."""
        before = cpu_ns(server.process.pid)
        subprocess.run([self.tool("load"), str(server.port), str(minor), mode,
                        str(argument)], check=True,
                       stdout=subprocess.DEVNULL)
        return cpu_ns(server.process.pid) - before

    def floor(self, backend, key, minor, mode, count):
        done = subprocess.run(
            [self.tool(f"floor-{backend}"), f"{self.folder}/{key}.crt",
             f"{self.folder}/{key}.key", str(minor), mode, str(count)],
            check=False, capture_output=True, text=True)
        return float(done.stdout) if done.returncode == 0 else None

    def handshake_rows(self, backends, key, minor, mode):
        """Medians of all servers, a dict from name to nanoseconds."""
        count = self.arguments.count
        figures = {}
        starters = [(f"polytls {name}",
                     lambda k, n=name: self.polytls(n, k))
                    for name in backends]
        starters += list(self.others(mode))
        servers = []
        try:
            for name, start in starters:
                servers.append((name, start(key)))
            for round_ in range(self.arguments.rounds + 1):
                for backend in backends:
                    floor = self.floor(backend, key, minor, mode, count)
                    if round_ and floor:
                        figures.setdefault(f"floor {backend}", []).append(
                            floor)
                for name, server in servers:
                    try:
                        used = self.load(server, minor, mode, count) / count
                    except subprocess.CalledProcessError:
                        continue
                    if round_:
                        figures.setdefault(name, []).append(used)
        finally:
            for _, server in servers:
                server.__exit__()
        return {name: statistics.median(values)
                for name, values in figures.items()}

    def download_rows(self, backends, minor):
        size = self.arguments.megabytes
        with open(f"{self.folder}/big", "wb") as file:
            file.truncate(size * 1000000)
        figures = {}
        servers = [(f"polytls {name}", self.polytls(name, "P-256", "-WWW"))
                   for name in backends]
        servers += [(name, start("P-256"))
                    for name, start in self.others("download")]
        try:
            for round_ in range(self.arguments.rounds + 1):
                for backend in backends:
                    floor = self.floor(backend, "P-256", minor, "download",
                                       size)
                    if round_ and floor:
                        figures.setdefault(f"floor {backend}", []).append(
                            floor)
                for name, server in servers:
                    try:
                        used = self.load(server, minor, "download", "/big")
                    except subprocess.CalledProcessError:
                        continue
                    if round_:
                        figures.setdefault(name, []).append(
                            used * 1000 / size)
        finally:
            for _, server in servers:
                server.__exit__()
        return {name: statistics.median(values)
                for name, values in figures.items()}

    def captured(self, backend, minor):
        """Milliseconds a GB downloaded, without -pcapng and with it."""
        size = self.arguments.megabytes
        packets = f"{self.folder}/packets"
        with open(f"{self.folder}/big", "wb") as file:
            file.truncate(size * 1000000)
        figures = [], []
        with self.polytls(backend, "P-256", "-WWW") as without, \
             self.polytls(backend, "P-256", "-WWW",
                 ["-pcapng", packets]) as beside:
            for round_ in range(self.arguments.rounds + 1):
                for server, values in zip((without, beside), figures):
                    used = self.load(server, minor, "download", "/big")
                    if round_:
                        values.append(used / size / 1000)
                # Room on the disk for the next one.
                os.truncate(packets, 0)
        return [statistics.median(values) for values in figures]

    def idle_bytes(self, start, minor):
        """Private bytes of the server per idle connection."""
        count = self.arguments.idle
        with start("P-256") as server:
            self.load(server, minor, "full", 20)
            before = private_bytes(server.process.pid)
            client = subprocess.Popen(
                [self.tool("load"), str(server.port), str(minor), "idle",
                 str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            try:
                if client.stdout.readline() != b"ready\n":
                    return None
                return (private_bytes(server.process.pid) - before) / count
            finally:
                client.stdin.close()
                client.wait()
                client.stdout.close()


    def crowd(self, backend):
        """Wall milliseconds of a new connection, alone and beside a crowd of
        idle ones: the client of one connection after another."""
        count = self.arguments.crowd

        def each(server):
            start = time.monotonic()
            self.load(server, 2, "full", 100)
            return (time.monotonic() - start) * 10

        with self.polytls(backend, "P-256") as server:
            self.load(server, 2, "full", 20)
            alone = each(server)
            client = subprocess.Popen(
                [self.tool("load"), str(server.port), "2", "idle",
                 str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            if client.stdout.readline() != b"ready\n":
                return None
            beside = each(server)
            client.stdin.close()
            client.wait()
            client.stdout.close()
            return alone, beside


    # ---- the shadow --------------------------------------------------------

    def shadow_round(self, server, minor, shadow, count):
        """CPU nanoseconds per connection: of the thread that serves, and of
        all others when the last table is printed."""
        pid = server.process.pid
        tables = server.tables
        before, others = task_ns(pid, pid), cpu_ns(pid) - task_ns(pid, pid)
        self.load(server, minor, "full", count)
        served = task_ns(pid, pid) - before
        if shadow:
            server.await_tables(tables + count)
        return (served / count,
                (cpu_ns(pid) - task_ns(pid, pid) - others) / count)

    def shadow_rows(self, backends, key, minor):
        """Prints what -shadow all costs: the thread that serves, without it
        and with it, and the thread of the shadow beside one handshake on
        each backend.  No round fills the queue."""
        servers, figures = [], {}
        try:
            for name in backends:
                servers.append((name, False, self.polytls(name, key)))
                servers.append((name, True, self.polytls(
                    name, key, words=["-shadow", "all"])))
            for round_ in range(4 * self.arguments.rounds + 1):
                for name, shadow, server in servers:
                    try:
                        used = self.shadow_round(server, minor, shadow,
                                                 48)
                    except subprocess.CalledProcessError:
                        continue
                    if round_:
                        figures.setdefault((name, shadow), []).append(used)
        finally:
            for _, _, server in servers:
                server.__exit__()
        served = {one: statistics.median(value for value, _ in values)
                  for one, values in figures.items()}
        asked = {one: statistics.median(value for _, value in values)
                 for one, values in figures.items()}
        backends = [name for name in backends if (name, True) in served]
        all_of_them = sum(served[name, False] for name in backends)
        print(f"\n-shadow all, TLS 1.{minor}, {key}")
        for name in backends:
            without, with_it, more = (value / 1000 for value in (
                served[name, False], served[name, True], asked[name, True]))
            print(f"  polytls {name:12} served {without:7.1f} us, "
                  f"{with_it:7.1f} with it;  asking {more:7.1f} us = "
                  f"{more * 1000 / all_of_them:4.2f} x a handshake on each "
                  f"({all_of_them / 1000:.0f})")

    # ---- starting ----------------------------------------------------------

    def start_row(self, commands):
        """CPU milliseconds to ACCEPT, medians; each has its turn."""
        figures = [[] for _ in commands]
        for _ in range(4 * self.arguments.rounds + 1):
            for one, values in zip(commands, figures):
                values.append(start.cpu_ms(one, self.env))
        return [statistics.median(values[1:]) for values in figures]

    def starts(self, backend):
        """Prints what starting costs in each mode, over the bare start."""
        pair = [f"{self.folder}/P-256.crt", f"{self.folder}/P-256.key"]
        bare = start.bare(self.build, backend, *pair)
        if not bare:
            return
        commands = [bare, *(start.polytls(
            os.path.join(self.build, "polytls"), backend, mode, *pair)
            for mode in start.MODES)]
        used = self.start_row(commands)
        counted = [None] * len(used)
        if start.has_valgrind():
            counted = [start.instructions(one, self.env) for one in commands]
        for name, ms, count in zip(["bare", *start.MODES], used, counted):
            line = f"  {backend:8} {name:9} {ms:7.1f} ms"
            if count:
                line += f"  {count / 1e6:7.1f} million"
            if name != "bare":
                line += (f"  {ms / used[0]:5.2f} x bare"
                         f" {(ms - start.MOST_RATIO * used[0]):+6.1f} ms over"
                         f" {start.MOST_RATIO} x")
            print(line)


def floor_of(name, backends):
    """The library under a server."""
    if name.startswith("polytls "):
        return name.split()[1]
    if name == "gnutls-serv":
        return "gnutls" if "gnutls" in backends else None
    return "openssl" if "openssl" in backends else None


def print_rows(title, unit, scale, rows, backends):
    print(f"\n{title}")
    for name, value in rows.items():
        if name.startswith("floor "):
            continue
        backend = floor_of(name, backends)
        floor = rows.get(f"floor {backend}")
        ratio = f"{value / floor:5.2f} x the floor of {backend} " \
            f"({floor / scale:.0f})" if floor else ""
        print(f"  {name:20} {value / scale:9.1f} {unit}  {ratio}")


def main():
    arguments = parse_arguments()
    only = [word for word in arguments.only.split(",") if word]
    with tempfile.TemporaryDirectory(prefix="polytls-bench.") as folder:
        os.chmod(folder, 0o755)
        make_certificates(folder)
        bench = Bench(arguments, folder)
        names = subprocess.run(
            [os.path.join(bench.build, "run"), "backends", "-names"],
            check=True, capture_output=True, text=True).stdout.split()
        backends = [name for name in names if not arguments.backend or
                    name in arguments.backend.split(",")]
        print(f"CPU time of the server, median of {arguments.rounds} rounds; "
              "ratios are of this run")
        for mode, what in (("full", "full handshake"),
                           ("resume", "resumed handshake")):
            if only and mode not in only:
                continue
            for key in KEYS if mode == "full" else KEYS[:1]:
                for minor in (2, 3):
                    print_rows(f"{what}, TLS 1.{minor}, {key}", "us", 1000,
                               bench.handshake_rows(backends, key, minor,
                                                    mode), backends)
        if not only or "shadow" in only:
            for minor in (2, 3):
                bench.shadow_rows(backends, "P-256", minor)
        if not only or "download" in only:
            for minor in (2, 3):
                print_rows(f"download of {arguments.megabytes} MB, "
                           f"TLS 1.{minor}", "ms/GB", 1000000,
                           bench.download_rows(backends, minor), backends)
        if not only or "capture" in only:
            print(f"\na download of {arguments.megabytes} MB without -pcapng "
                  "and with it, ms/GB")
            for minor in (2, 3):
                for name in backends:
                    without, beside = bench.captured(name, minor)
                    print(f"  polytls {name:12} TLS 1.{minor} "
                          f"{without:7.0f} {beside:7.0f}  "
                          f"{beside / without:5.2f} x")
        if not only or "idle" in only:
            print(f"\nmemory per idle connection ({arguments.idle} of them)")
            starters = [(f"polytls {name}",
                         lambda key, n=name: bench.polytls(n, key))
                        for name in backends]
            starters += [one for one in bench.others("idle")
                         if one[0] != "openssl s_server"]
            for minor in (2, 3):
                for name, start in starters:
                    try:
                        used = bench.idle_bytes(start, minor)
                    except subprocess.CalledProcessError:
                        continue
                    if used is not None:
                        print(f"  {name:20} TLS 1.{minor} "
                              f"{used / 1024:7.1f} KiB")
        if not only or "start" in only:
            print("\nCPU time from exec to ACCEPT, and instructions of a run; "
                  "bare: a program\nthat makes one server")
            for name in backends:
                bench.starts(name)
        if not only or "crowd" in only:
            print(f"\na new connection alone, and beside {arguments.crowd} "
                  "idle ones (wall time)")
            for name in backends:
                times = bench.crowd(name)
                if times:
                    print(f"  polytls {name:12} {times[0]:6.2f} ms "
                          f"{times[1]:6.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
