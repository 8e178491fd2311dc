"""Notebooks run from top to bottom, and store no outputs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SHARED = Path(os.environ.get("TINBERGEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
MODELS = (SHARED / "models").resolve()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs(path, tmp_path, monkeypatch):
    text = path.read_text(encoding="utf-8")
    if "TINBERGEN_MODELS" in text and not MODELS.exists():
        pytest.skip("needs the models")
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.setenv("TINBERGEN_MODELS", str(MODELS))
    notebook = nbformat.reads(text, as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 2
