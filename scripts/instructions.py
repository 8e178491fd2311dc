"""Count the instructions of small jobs, and say which of them grew.

Time depends on what else a machine does, instructions do not: under valgrind's callgrind the same program gives the
same count to some millionths. The jobs are the examples as `make test` builds them anyway; `benches/instructions.toml`
has their counts and how far they may grow. Vectors are the narrowest that processors have, and one processor is used,
so that the counts of one machine hold on another. They belong to a compiler: with another one nothing is checked.

`python scripts/instructions.py` checks, `python scripts/instructions.py renew` writes what it finds.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "benches/instructions.toml"
JOBS = {
    "one indicator, 10,000 paths, a fan": ["first_fan"],
    "the Yuecheng plan, read and compiled": ["check_plan", "plans/yuecheng.toml"],
    "the minimal plan, 2,000 paths, targets": ["plan_targets", "plans/minimal.toml"],
    "the Yuecheng plan, 2,000 paths, targets": ["plan_targets", "plans/yuecheng.toml"],
    "a simultaneous model, 5,000 paths": ["stock_flow_model"],
}


def compiler() -> str:
    """Return the version of the compiler."""
    found = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    return found.stdout.split()[1]


def hindrance(wanted: str | None) -> str | None:
    """Return why nothing can be counted here, or compared with what was."""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed (apt-get install valgrind)"
    if (machine := platform.machine()) != "x86_64":
        return f"the counts are of x86_64, not of {machine}"
    if wanted is not None and (here := compiler()) != wanted:
        return f"the counts are those of compiler {wanted}, not of {here}"
    return None


def count(command: list[str]) -> int:
    """Count the instructions of an example."""
    program = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "suite/examples"
    alone = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run(
        [*alone, *valgrind, str(program / command[0]), *command[1:]],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "TINBERGEN_WIDTH": "baseline"},
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        raise SystemExit(f"{' '.join(command)} under valgrind: {done.stderr.strip()[-400:]}")
    return int(found[1])


def counts() -> dict[str, int]:
    """Count the instructions of all jobs."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(JOBS, pool.map(count, JOBS.values()), strict=True))


def compared(found: dict[str, int], known: dict[str, int], allowed: float) -> list[str]:
    """Return a sentence for each job that grew by more than is allowed, or is not known."""
    told = []
    for job, number in found.items():
        if job not in known:
            told.append(f"{job}: not in {FILE.name}")
        elif number > known[job] * (1 + allowed / 100):
            grown = 100 * (number / known[job] - 1)
            told.append(
                f"{job}: {number:,} instructions, {grown:.1f} % more than {known[job]:,}; "
                f"{allowed:g} % is allowed"
            )
    return told


def written(found: dict[str, int], allowed: float) -> str:
    """Return the file of these counts."""
    lines = [
        "# Instructions of small jobs (scripts/instructions.py). `make instructions` counts them again; say in the commit why they grew.",
        "",
        "# By how much each may grow, in percent.",
        f"allowed = {allowed:g}",
        "# Another compiler gives other counts.",
        f'compiler = "{compiler()}"',
        "",
        "[counts]",
        *(f'"{job}" = {number:_}' for job, number in found.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Check, or renew."""
    known = tomllib.loads(FILE.read_text(encoding="utf-8"))
    renew = sys.argv[1:] == ["renew"]
    if why := hindrance(None if renew else known["compiler"]):
        print(f"NOTE: no instructions are counted: {why}")
        return
    found = counts()
    if renew:
        FILE.write_text(written(found, known["allowed"]), encoding="utf-8")
    for job, number in found.items():
        before = known["counts"].get(job)
        change = f" ({100 * (number / before - 1):+.1f} %)" if before else ""
        print(f"{number:>13,} {job}{change}")
    if not renew and (told := compared(found, known["counts"], known["allowed"])):
        told.append("if that is meant: make instructions, and the reason in the commit")
        raise SystemExit("\n".join(told))


if __name__ == "__main__":
    main()
