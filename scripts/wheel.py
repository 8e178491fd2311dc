"""Build the wheel for Linux as it is published, with glibc 2.17 and later, and check what it asks for.

    python scripts/wheel.py dist

Zig links against the old glibc (packages `maturin`, `ziglang`), `auditwheel` says which systems the wheel
runs on.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: The glibc of 2014, which wheels run on.
GLIBC = (2, 17)


def oldest(report: str) -> tuple[int, int] | None:
    """Return the oldest glibc that a wheel runs on, by what auditwheel says of it."""
    found = re.search(r'platform tag:\s+"manylinux_(\d+)_(\d+)_', report)
    return (int(found[1]), int(found[2])) if found else None


def command(out: Path, machine: str) -> list[str]:
    """Return the command that builds the wheel."""
    return [
        *(sys.executable, "-m", "maturin", "build", "--release", "--locked", "--zig"),
        *("--target", f"{machine}-unknown-linux-gnu"),
        *("--compatibility", "manylinux2014"),
        *("--interpreter", sys.executable),
        *("--out", str(out)),
    ]


def build(out: Path) -> Path:
    """Build the wheel into a folder, alone, and return it."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in ("x86_64", "aarch64"):
        raise SystemExit(f"wheel: this builds for Linux on x86_64 and aarch64, not {machine}")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("tinbergen-*linux*.whl"):
        old.unlink()
    # Zig is found where the interpreter has its commands.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run(command(out, machine), cwd=ROOT, env=environment, check=True)
    (wheel,) = out.glob("tinbergen-*linux*.whl")
    return wheel


def main() -> None:
    """Build it, and refuse what an old system could not load."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    if not shutil.which("cargo"):
        raise SystemExit("wheel: Rust is needed (https://rustup.rs)")
    wheel = build(Path(sys.argv[1]).resolve())
    audit = [sys.executable, "-m", "auditwheel", "show", str(wheel)]
    report = subprocess.run(audit, capture_output=True, text=True, check=True).stdout
    print(report.strip())
    glibc = oldest(report)
    if glibc is None or glibc > GLIBC:
        raise SystemExit(f"wheel: {wheel.name} does not run on glibc {GLIBC[0]}.{GLIBC[1]}")
    print(wheel)


if __name__ == "__main__":
    main()
