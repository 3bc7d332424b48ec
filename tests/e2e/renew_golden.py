"""renew_golden.py - writes the transcripts of test_golden.py anew

SPDX-License-Identifier: Apache-2.0

"make golden" runs it; look at what git diff says of tests/golden.  What all
backends here say alike is kept once.
"""
import os
import pathlib
import sys
import tempfile

from conftest import BACKENDS, forget_surroundings, reason_against
from pki import Pki
from test_golden import GOLDEN, SCENES, play_ours, whole


def texts_of(scene, pki, folder):
    texts = {}
    for backend in sorted(BACKENDS):
        if any(reason_against(backend, feature) for feature in scene.needs):
            continue
        place = folder / ("%s.%s" % (scene.name, backend))
        place.mkdir()
        texts[backend] = whole(*play_ours(scene, backend, pki, place)[:2])
    return texts


def keep(name, text):
    with open(os.path.join(GOLDEN, name), "w") as file:
        file.write(text)


def renew(scene, texts):
    """What a backend that is not here, or too old a one, said is kept."""
    if not texts:
        return
    for name in [scene.name + ".txt"] + ["%s.%s.txt" % (scene.name, backend)
        for backend in texts]:
        path = os.path.join(GOLDEN, name)
        if os.path.exists(path):
            os.unlink(path)
    if len(set(texts.values())) == 1:
        keep(scene.name + ".txt", next(iter(texts.values())))
    else:
        for backend, text in texts.items():
            keep("%s.%s.txt" % (scene.name, backend), text)


def main():
    forget_surroundings()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "pki").mkdir()
        pki = Pki(folder / "pki")
        for scene in SCENES:
            print(scene.name, flush=True)
            renew(scene, texts_of(scene, pki, folder))
    return 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
