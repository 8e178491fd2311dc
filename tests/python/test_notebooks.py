"""Notebooks run from top to bottom, and keep what they give."""

import os
import runpy
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "notebooks.py"))
NOTEBOOKS: list[Path] = SCRIPT["NOTEBOOKS"]
SHARED = Path(os.environ.get("TINBERGEN_SHARED", ROOT / ".." / "shared"))
MODELS = (SHARED / "models").resolve()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")
def test_a_notebook_gives_what_it_keeps(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.setenv("TINBERGEN_MODELS", str(MODELS))
    kept = SCRIPT["read"](path)
    if not SCRIPT["models_are_there"](kept):
        pytest.skip("needs the models")
    fresh = SCRIPT["run"](kept, tmp_path)
    assert SCRIPT["text"](fresh) == SCRIPT["text"](kept), "make notebooks"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_keeps_can_be_read_by_anyone(path):
    kept = SCRIPT["read"](path)
    nbformat.validate(kept)
    text = path.read_text(encoding="utf-8")
    assert any("picture" in shown for shown in SCRIPT["text"](kept))
    assert "Traceback" not in text
    assert str(ROOT) not in text
    assert str(Path.home()) not in text


def test_notebooks_are_numbered_without_gaps():
    numbers = [int(path.stem.split("_")[0]) for path in NOTEBOOKS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", ["06_fans_around_frbus", "07_world_bank_model"])
def test_a_notebook_without_its_model_says_what_is_missing(name, tmp_path, monkeypatch):
    monkeypatch.setenv("TINBERGEN_MODELS", str(tmp_path))
    notebook = SCRIPT["read"](next(path for path in NOTEBOOKS if path.stem == name))
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    with pytest.raises(FileNotFoundError, match="the text above says where") as found:
        exec(first.replace("%matplotlib inline", ""), {})
    assert str(tmp_path.resolve()) in str(found.value)
