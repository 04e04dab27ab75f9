"""Widths on the screen: what is typed is shown so that every terminal draws it as wide as it is counted."""

from __future__ import annotations

from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.screen import Screen
from prompt_toolkit.layout.utils import explode_text_fragments

_NOTHING = "\u200b"
"""A zero width space: no terminal gives it a place, and none draws what is on both sides of it as one."""
_REGIONS = range(0x1F1E6, 0x1F200)
"""Regional indicators: two of them are a flag."""
_JOINING = {0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)}
"""The joiner, variation selectors, skin tones and tags, which change the character before them."""
_APART = {
    **{region: chr(ord("A") + number) for number, region in enumerate(_REGIONS)},
    **dict.fromkeys(_JOINING, _NOTHING),
}


class Apart(Processor):
    """Shows each part of a composed emoji by itself, and a flag as its two letters, while the line is typed.

    Terminals do not agree on how wide the whole is. One that disagrees with us would move the prompt sideways.
    """

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        if all(text.isascii() for _, text, *_ in fragments):
            return Transformation(fragments)
        return Transformation(
            [(style, text.translate(_APART)) for style, text, *_ in explode_text_fragments(fragments)]
        )


def rows_more(screen: Screen, x: int, y: int, columns: int) -> int:
    """How many rows further down a cursor at `x`, `y` stands once the terminal has wrapped `screen` at `columns`."""
    above = (_length(screen, row) for row in range(y))
    return sum(max(0, length - 1) // columns for length in above) + x // columns


def _length(screen: Screen, row: int) -> int:
    return max((x + 1 for x, char in screen.data_buffer[row].items() if char.char.strip()), default=0)
