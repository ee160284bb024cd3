#!/usr/bin/env python3
"""Draws what a terminal shows (tmux capture-pane -e -p) as an SVG on standard output: terminal_svg.py COLUMNS ROWS TITLE < capture"""

import html
import re
import sys
import unicodedata

CELL_WIDTH, CELL_HEIGHT, MARGIN, BAR, LEAST_ROWS = 8.4, 18, 12, 26, 24
NO_BREAK_SPACE = "\u00a0"  # browsers take several spaces for one
BACKGROUND, FOREGROUND = "#11151c", "#d5dae2"
BASIC = ["#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5dae2",
         "#7f8793", "#ff7b86", "#b5e890", "#ffd787", "#7cc4ff", "#dd9cf0", "#7fd8e2", "#ffffff"]


def color(number):
    """One of the 256 colors of a terminal."""
    if number < 16:
        return BASIC[number]
    if number >= 232:
        level = 8 + 10 * (number - 232)
        return f"#{level:02x}{level:02x}{level:02x}"
    number -= 16
    levels = [0, 95, 135, 175, 215, 255]
    return "#" + "".join(f"{levels[part]:02x}" for part in (number // 36, number // 6 % 6, number % 6))


def apply(style, codes):
    """The style after one escape sequence that selects graphic rendition."""
    codes = [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = {}
        elif code == 1:
            style = {**style, "bold": True}
        elif code == 22:
            style = {**style, "bold": False}
        elif code == 7:
            style = {**style, "reverse": True}
        elif code == 27:
            style = {**style, "reverse": False}
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = {**style, "front": BASIC[code - 30 if code < 90 else code - 82]}
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = {**style, "back": BASIC[code - 40 if code < 100 else code - 92]}
        elif code in (38, 48) and codes:
            kind = codes.pop(0)
            value = color(codes.pop(0)) if kind == 5 else "#%02x%02x%02x" % tuple(codes.pop(0) for _ in range(3))
            style = {**style, "front" if code == 38 else "back": value}
        elif code in (39, 49):
            style = {key: value for key, value in style.items() if key != ("front" if code == 39 else "back")}
    return style


def text_of(part):
    return html.escape(part, quote=False).replace(" ", NO_BREAK_SPACE)


def draw(columns, rows, title, text):
    lines = text.rstrip().split("\n")[:rows]
    rows = min(rows, max(LEAST_ROWS, len(lines)))
    width, height = columns * CELL_WIDTH + 2 * MARGIN, rows * CELL_HEIGHT + BAR + 2 * MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>',
        f'<text x="{MARGIN}" y="18" font-family="sans-serif" font-size="12" fill="#7f8793">{html.escape(title)}</text>',
        '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14">',
    ]
    style = {}  # goes on from line to line
    for row, line in enumerate(lines):
        column, top = 0, BAR + MARGIN + row * CELL_HEIGHT
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b["):
                style = apply(style, part[2:-1])
                continue
            cells = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in part)
            front, back = style.get("front", FOREGROUND), style.get("back")
            if style.get("reverse"):
                front, back = back or BACKGROUND, front
            left = MARGIN + column * CELL_WIDTH
            if back and part:
                out.append(f'<rect x="{left:.1f}" y="{top}" width="{cells * CELL_WIDTH:.1f}" height="{CELL_HEIGHT}" fill="{back}"/>')
            if part.strip():
                bold = ' font-weight="bold"' if style.get("bold") else ""
                out.append(
                    f'<text x="{left:.1f}" y="{top + 14}" textLength="{cells * CELL_WIDTH:.1f}" lengthAdjust="spacingAndGlyphs" '
                    f'fill="{front}"{bold}>{text_of(part)}</text>')
            column += cells
    return "\n".join([*out, "</g>", "</svg>", ""])


if __name__ == "__main__":
    sys.stdout.write(draw(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.stdin.read()))
