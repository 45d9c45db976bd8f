"""Real faults of files and disks: damage, a disk of half a megabyte that can be filled, one that is read-only."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DAMAGES = ("cut short", "random bytes", "random in the middle", "zeros", "another kind of file", "a page swapped")


def damage(file: Path, how: str) -> None:
    """Damage a file of SQLite's, as a failing disk, a power cut or a slip of the hand would. Its log goes with it."""
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    held, dice = bytearray(file.read_bytes()), random.Random(how)  # noqa: S311 - a test's own dice
    size = len(held)
    match how:
        case "cut short":
            held = held[: size // 2]
        case "random bytes":
            held = bytearray(dice.randbytes(size))
        case "random in the middle":
            held[100:] = dice.randbytes(size - 100)
        case "zeros":
            held[100:] = bytes(size - 100)
        case "another kind of file":
            held = bytearray("这不是数据库。\n" * 200, "utf-8")
        case "a page swapped":
            held[0:4096] = held[size - 4096 :]
    file.write_bytes(held)


class Disk:
    """A small disk of its own where this machine lets us mount one; elsewhere, a limit on files stands for it."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder, self.mounted = folder, mounted
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Not a byte is left."""
        if not self.mounted:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
            return
        with suppress(OSError), self._ballast.open("ab", buffering=0) as ballast:
            while ballast.write(bytes(512)):
                pass

    def free(self) -> None:
        """There is room again."""
        if self.mounted:
            self._ballast.unlink(missing_ok=True)
        else:
            limits = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limits[1], limits[1]))

    def read_only(self, wanted: bool = True) -> bool:
        """Make it read-only, or writable again; whether that is possible here, with nobody writing."""
        how = "ro" if wanted else "rw"
        done = subprocess.run(["mount", "-o", f"remount,{how}", str(self.folder)], check=False, capture_output=True)
        return done.returncode == 0


@contextmanager
def disk(folder: Path, kilobytes: int = 512) -> Iterator[Disk]:
    """A disk at `folder` until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    made = Disk(folder, mounted=mounted)
    try:
        yield made
    finally:
        made.free()
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)
