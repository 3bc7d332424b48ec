"""corpus.py - the ClientHellos of this folder, and what must come out

SPDX-License-Identifier: Apache-2.0

    POLYTLS=... python3 corpus.py

writes the lines "> ..." anew; look at what git diff says of them.  In the
files of record.py each follows its hello in hex; those that make.py makes have
only their names and these lines in made.txt.
"""
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = ("debian-12.txt", "debian-13.txt")


def read(path):
    """(name, bytes, line that must come out) of each entry of a file."""
    found = []
    with open(os.path.join(HERE, path), encoding="ascii") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("= "):
                found.append([line[2:], "", None])
            elif line.startswith("> "):
                found[-1][2] = line[2:]
            elif line and not line.startswith("#"):
                found[-1][1] += line
    return [(name, bytes.fromhex(data), line) for name, data, line in found]


def recorded():
    return [entry for path in RECORDED for entry in read(path)]


def made():
    import make
    lines = {name: line for name, _, line in read("made.txt")} \
        if os.path.exists(os.path.join(HERE, "made.txt")) else {}
    return [(name, data, lines.get(name)) for name, data in make.entries()]


def decode(data):
    """Exit status, JSON or null, standard error."""
    done = subprocess.run([os.environ["POLYTLS"], "hello", "-json",
        "-backend", "none", "-"], input=data, capture_output=True)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, \
        done.stderr.decode("ascii")


def line_of(status, got, errors):
    """What must come out, in a line."""
    if not got:
        return "%d %s" % (status, errors.strip())
    hello = got["hello"]
    words = ["%d" % status, hello["ja4"], hello["ja3_hash"],
        "%d bytes" % (len(hello["message"]) // 2),
        "%d records" % hello["records"], "%d suites" % len(hello["suites"]),
        "%d extensions" % len(hello["extensions"])]
    if hello["server_name"]:
        words.append("name " + hello["server_name"][:80])
    words += hello["faults"]
    if got["bytes_after"]:
        words.append("%d bytes after it" % got["bytes_after"])
    if got["refused"]:
        words.append("refused: " + got["refused"]["text"])
    return "; ".join(words)


def main():
    for path in RECORDED:
        with open(os.path.join(HERE, path), encoding="ascii") as file:
            head = file.read().split("\n=")[0].rstrip("\n") + "\n"
        with open(os.path.join(HERE, path + ".new"), "w",
                encoding="ascii") as out:
            entries = read(path)
            out.write(head)
            for name, data, _ in entries:
                out.write("\n= %s\n" % name)
                for at in range(0, len(data), 38):
                    out.write(data[at:at + 38].hex() + "\n")
                out.write("> %s\n" % line_of(*decode(data)))
        os.rename(os.path.join(HERE, path + ".new"),
            os.path.join(HERE, path))
    with open(os.path.join(HERE, "made.txt.new"), "w",
            encoding="ascii") as out:
        out.write("# What must come out of those that make.py makes.\n"
            "# SPDX-License-Identifier: Apache-2.0\n\n")
        for name, data, _ in made():
            out.write("= %s\n> %s\n" % (name, line_of(*decode(data))))
    os.rename(os.path.join(HERE, "made.txt.new"),
        os.path.join(HERE, "made.txt"))


if __name__ == "__main__":
    main()
