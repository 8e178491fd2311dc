"""Make the Chinese font that the charts ship with.

    pip install fonttools
    python scripts/font_subset.py DroidSansFallbackFull.ttf

The source is Droid Sans Fallback (Apache-2.0) as Debian packages it: fonts-droid-fallback
1:6.0.1r16-1.1, /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf. Only the characters that
a chart needs are kept, layout tables and hints are dropped, and the font gets a name of its own, so
that it never clashes with an installed one ("Droid" is a trademark of Google).
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

NAME = "Tinbergen CJK"
TARGET = Path(__file__).parents[1] / "python/tinbergen/plots/fonts/TinbergenCJK.ttf"

# Punctuation, CJK symbols and kana, enclosed and square forms, half- and full-width forms.
SIGNS = [(0x2010, 0x205F), (0x2190, 0x21FF), (0x2460, 0x24FF), (0x3000, 0x30FF), (0xFE30, 0xFE4F)]
SIGNS += [(0xFF01, 0xFF60), (0xFFE0, 0xFFE6)]

# Blocks of simplified characters in Unicode, by their radicals: what GB 2312 leaves out of them.
SIMPLIFIED = [(0x7E9F, 0x7F36), (0x89C1, 0x89D1), (0x8BA0, 0x8C36), (0x8D1D, 0x8D63)]
SIMPLIFIED += [(0x8F66, 0x8F9A), (0x9485, 0x9576), (0x95E8, 0x9616), (0x9875, 0x98A7)]
SIMPLIFIED += [(0x98CE, 0x98DE), (0x9963, 0x9995), (0x9A6C, 0x9AA7), (0x9C7C, 0x9CE4)]
SIMPLIFIED += [(0x9E1F, 0x9E74)]


def characters() -> set[int]:
    """Give every character of GB 2312 and Big5, and the blocks above."""
    wanted = {code for first, last in SIGNS + SIMPLIFIED for code in range(first, last + 1)}
    wanted |= encoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
    wanted |= encoded("big5", range(0xA1, 0xFA), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    return {code for code in wanted if code > 0x2000}  # Latin, Greek, Cyrillic: DejaVu Sans


def encoded(codec: str, leads: Iterable[int], trails: Iterable[int]) -> set[int]:
    """Give the characters of a two-byte encoding."""
    pairs = [bytes((lead, trail)) for lead in leads for trail in trails]
    texts = [pair.decode(codec, errors="ignore") for pair in pairs]
    return {ord(text) for text in texts if len(text) == 1}


def make(source: str, target: Path) -> TTFont:
    """Keep the characters that are wanted, name the font and save it."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "vhea", "vmtx", "gasp"]
    options.name_IDs = ["*"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    rename(font)
    font.save(target)
    return font


def rename(font: TTFont) -> None:
    """Give the font its own names; copyright and licence stay."""
    names = font["name"]
    changed = f"Subset of Droid Sans Fallback for tinbergen: {TARGET.name}"
    ours = {1: NAME, 2: "Regular", 3: changed, 4: NAME, 6: NAME.replace(" ", "") + "-Regular"}
    for record in list(names.names):
        if record.nameID in {7, 10}:  # the trademark, and a description of the whole family
            names.removeNames(record.nameID)
    for code, text in ours.items():
        names.setName(text, code, 3, 1, 0x409)
    names.setName(changed, 10, 3, 1, 0x409)


if __name__ == "__main__":
    made = make(sys.argv[1], TARGET)
    print(f"{TARGET.name}: {len(made.getBestCmap())} characters, {TARGET.stat().st_size} bytes")
