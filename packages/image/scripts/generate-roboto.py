"""Write src/draw/roboto-medium.ts: outlines of Roboto Medium (Apache-2.0) as short path strings.

Usage: npm install --prefix /tmp/font roboto-fontface@0.10.0
       python3 packages/image/scripts/generate-roboto.py \
           /tmp/font/node_modules/roboto-fontface/fonts/roboto/Roboto-Medium.woff
Needs fontTools (made with 4.38).
"""
import pathlib
import sys

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

EXTRA = "·×µ±–—…°≥≤→•²³éèêëàâäáåöôóøüûúßçñíîïÉÄÖÜ’“”"
GRID = 1024  # units per em that are kept: half a pixel of error at 512 px

font = TTFont(sys.argv[1])
glyphs = font.getGlyphSet()
cmap = font.getBestCmap()
scale = GRID / font["head"].unitsPerEm


class ShortPen(BasePen):
    """Collects M, L, Q commands; y points down, 0 is the baseline."""

    def __init__(self):
        super().__init__(glyphs)
        self.parts = []

    def add(self, letter, *points):
        numbers = [str(round(v * scale)) for x, y in points for v in (x, -y)]
        self.parts.append(letter + " ".join(numbers))

    def _moveTo(self, p):
        self.add("M", p)

    def _lineTo(self, p):
        self.add("L", p)

    def _qCurveToOne(self, c, p):
        self.add("Q", c, p)

    def _curveToOne(self, a, b, p):
        raise ValueError("cubic outline")

    def _closePath(self):
        pass


lines = []
missing = []
for char in [chr(c) for c in range(32, 127)] + sorted(EXTRA.replace("→", "")):
    name = cmap.get(ord(char))
    if name is None:
        missing.append(char)
        continue
    pen = ShortPen()
    glyphs[name].draw(pen)
    key = "\\'" if char == "'" else "\\\\" if char == "\\" else char
    lines.append(f"  ['{key}', {round(glyphs[name].width * scale)}, '{''.join(pen.parts)}'],")

target = pathlib.Path(__file__).resolve().parent.parent / "src" / "draw" / "roboto-medium.ts"
target.write_text(
    "/**\n"
    " * @file @data Outlines of Roboto Medium, copyright Google, Apache-2.0 (package roboto-fontface 0.10.0).\n"
    " *\n"
    " * Written by scripts/generate-roboto.py. Each glyph: character, advance, path of M, L, Q commands in\n"
    f" * {GRID}ths of an em; y points down, 0 is the baseline.\n"
    " */\n\n"
    f"/** Units per em of the outlines. */\nexport const unitsPerEm = {GRID};\n\n"
    "/** Every glyph as [character, advance, path]. */\n"
    "export const robotoMedium: readonly (readonly [string, number, string])[] = [\n"
    + "\n".join(lines)
    + "\n];\n"
)
print(len(lines), "glyphs; missing:", "".join(missing))
