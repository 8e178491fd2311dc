"""Makes the font that shows Chinese labels: Droid Sans Fallback, cut to the characters of GB 2312.

Source: Debian's package fonts-droid-fallback (Apache-2.0).
Run: python scripts/font_subset.py /path/to/DroidSansFallback.ttf (needs fonttools)
"""

import sys
from pathlib import Path

from fontTools import subset

characters = set()
for high in range(0xA1, 0xF8):
    for low in range(0xA1, 0xFF):
        try:
            characters.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            continue
options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
font = subset.load_font(sys.argv[1], options)
subsetter = subset.Subsetter(options)
subsetter.populate(text="".join(characters))
subsetter.subset(font)
target = Path(__file__).parent.parent / "python/tinbergen/plots/fonts/DroidSansFallback-GB2312.ttf"
subset.save_font(font, str(target), options)
print(target.stat().st_size, "bytes")
