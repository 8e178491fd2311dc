"""The files that ``tinbergen run`` writes."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import numpy as np

import tinbergen
from tinbergen.files import write_atomically
from tinbergen.runs import Runs

__all__ = ["attainment_csv", "fan_csv", "write_run"]


def fan_csv(runs: Runs) -> str:
    """Write the fans of all scenarios and kept indicators as CSV.

    Columns scenario, indicator, period, mean, q05, q10, q25, q50, q75, q90, q95.
    """
    return runs.fan().to_csv()


def attainment_csv(runs: Runs) -> str:
    """Write how likely each target is as CSV: scenario, target, probability, low, high."""
    columns = ("scenario", "target", "probability", "low", "high")
    return runs.attainment().select(*columns).to_csv()


def write_run(runs: Runs, folder: Path, *, plan: Path) -> list[Path]:
    """Write ``fan.csv``, ``attainment.csv`` and ``run.json``, and give their paths.

    Parameters
    ----------
    runs
        What was simulated.
    folder
        Where; it must exist.
    plan
        The plan file; its hash goes into ``run.json``.
    """
    texts = {"fan.csv": fan_csv(runs), "attainment.csv": attainment_csv(runs)}
    paths = [write_atomically(folder / name, text) for name, text in texts.items()]
    hashes = {name: _sha256(text.encode()) for name, text in texts.items()}
    record: dict[str, Any] = {
        **runs.info,
        "versions": {
            "tinbergen": tinbergen.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "plan": {"file": plan.name, "sha256": _sha256(plan.read_bytes())},
        "outputs": hashes,
        "scenarios": list(runs),
    }
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    return [*paths, write_atomically(folder / "run.json", text)]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
