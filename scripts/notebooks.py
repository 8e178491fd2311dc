"""Run the notebooks and keep what they give, so that they can be read where nothing can be run.

`make notebooks` runs those whose models are there (TINBERGEN_MODELS) and writes their outputs;
tests/python/test_notebooks.py compares the text of the outputs that are kept with what comes today.
"""

import base64
import io
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook."""
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def models_are_there(notebook: nbformat.NotebookNode) -> bool:
    """Say whether the models that a notebook asks for, if any, are in TINBERGEN_MODELS."""
    asks = any("TINBERGEN_MODELS" in cell.source for cell in notebook.cells)
    return not asks or Path(os.environ.get("TINBERGEN_MODELS", "models")).is_dir()


def run(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run a copy of a notebook in a folder; what changes from run to run is left out."""
    fresh = nbformat.from_dict(notebook)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        fresh, timeout=300, kernel_name="python3", resources=resources, coalesce_streams=True
    )
    client.execute()
    for cell in fresh.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_progress(output)]
            for output in filter(_is_picture, cell.outputs):
                output.data["image/png"] = smaller(output.data["image/png"])
    fresh.metadata = notebook.metadata
    return fresh


def smaller(picture: str) -> str:
    """Draw a picture in 128 colours, which takes a third of the room."""
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    drawn = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
    return base64.b64encode(drawn.getvalue()).decode()


def _is_progress(output: nbformat.NotebookNode) -> bool:
    """Say whether an output tells how far a run is, in text or, where there are widgets, as one."""
    widget = "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    return widget or output.get("name") == "stderr"


def _is_picture(output: nbformat.NotebookNode) -> bool:
    return "image/png" in output.get("data", {})


def text(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """List the text of the outputs of each code cell: a picture is a word, an address in memory none."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [[_shown(output) for output in cell.outputs] for cell in cells]


def _shown(output: nbformat.NotebookNode) -> str:
    if _is_picture(output):
        return "picture"
    shown = output["text"] if output.output_type == "stream" else output["data"]["text/plain"]
    return re.sub(r" at 0x[0-9a-f]+", "", shown)


def main() -> None:
    """Run all notebooks that can run here, and keep their outputs."""
    for path in NOTEBOOKS:
        notebook = read(path)
        if not models_are_there(notebook):
            print(f"{path.name}: not run, its model is not in TINBERGEN_MODELS", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            fresh = run(notebook, Path(folder))
        path.write_text(nbformat.writes(fresh) + "\n", encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()
