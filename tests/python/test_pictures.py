"""The pictures of the README show what comes today."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEASURED = {"growth"}
"""What benches/growth.py draws is what it measured."""


def test_pictures_are_fresh():
    image = pytest.importorskip("PIL.Image")
    script = runpy.run_path(str(ROOT / "scripts" / "pictures.py"))
    figures = script["figures"]()
    kept = {path.stem for path in script["PICTURES"].glob("*.png")}
    assert kept - MEASURED == set(figures)
    for name, figure in figures.items():
        with image.open(script["PICTURES"] / f"{name}.png") as picture:
            shows = picture.info["Shows"]
        assert shows == script["digest"](figure), f"{name}: make pictures"


def test_the_readme_shows_them():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/pictures/attainment.png" in readme
    assert "docs/pictures/page.png" in readme
