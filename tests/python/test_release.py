"""A release: what the workflow checks before it builds, and what it builds."""

import re
import runpy
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTES = runpy.run_path(str(ROOT / "scripts" / "release_notes.py"))
WORKFLOW = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")


def _copy(tmp_path, heading):
    for name in ("Cargo.toml", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "CHANGELOG.md").write_text(
        f"# Changelog\n\n## {heading}\n\n- New.\n\n## 0.0.9, x\n"
    )
    return tmp_path


def test_the_notes_of_a_release_are_those_of_its_version(tmp_path):
    now = NOTES["version"]()
    assert NOTES["notes"](now).startswith("- ")
    root = _copy(tmp_path, f"{now}, 2026-01-31")
    assert NOTES["problems"](f"v{now}", root) == []
    assert NOTES["notes"](now, root) == "- New.\n"
    with pytest.raises(SystemExit, match=r'no section "## 7\.0\.0"'):
        NOTES["notes"]("7.0.0", root)


def test_a_tag_that_is_not_the_version_is_refused(tmp_path):
    now = NOTES["version"]()
    root = _copy(tmp_path, f"{now}, unreleased")
    said = "\n".join(NOTES["problems"]("v9.9.9", root))
    assert "the tag is v9.9.9" in said
    assert "has no day" in said
    assert "CITATION" not in said
    assert NOTES["problems"](None, ROOT) == []


def test_a_release_is_for_every_system_and_published_without_a_token():
    for name in ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl",
                 "aarch64-unknown-linux-musl", "x86_64-apple-darwin", "aarch64-apple-darwin",
                 "x86_64-pc-windows-msvc", "aarch64-pc-windows-msvc"):  # fmt: skip
        assert f"target: {name}" in WORKFLOW
    assert 'libc: "2_17"' in WORKFLOW
    assert '"3.14t"' in WORKFLOW
    assert "sdist" in WORKFLOW
    assert WORKFLOW.count("id-token: write") == 2
    assert not re.search(r"secrets\.", WORKFLOW)
    # Every action has an exact version.
    for action in re.findall(r"uses: (\S+)", WORKFLOW):
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+\.\d+\.\d+", action), action


def test_how_to_release_is_ten_lines():
    text = (ROOT / "RELEASING.md").read_text(encoding="utf-8")
    steps = re.findall(r"^(\d+)\. ", text, re.MULTILINE)
    assert steps == [str(k) for k in range(1, 11)]
    assert len(text.strip().splitlines()) == 12
