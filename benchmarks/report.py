"""The figures as a table in reStructuredText and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.alone import Own
from benchmarks.servers import OURS, PEERS
from benchmarks.works import Figure

WIDTH, BAR, GAP, LEFT = 820, 13, 17, 20
COLOURS = {"chatserver": "#2f6f4f", "ngircd": "#9aa5b1", "inspircd": "#c9ced4"}


@dataclass(frozen=True)
class Row:
    """One figure, by the name of the server."""

    figure: Figure
    medians: dict[str, float]

    def ratio(self, peer: str) -> float | None:
        """Ours in parts of the peer's, where both were measured."""
        return self.medians[OURS.name] / self.medians[peer] if peer in self.medians else None


def table(rows: list[Row], own: list[Own]) -> str:
    """What was measured, what it is beside the peers, and what it should be."""
    peers = [peer.name for peer in PEERS]
    lines = _head("Work", "Unit", OURS.name, *peers, *(f"against {peer} (goal)" for peer in peers))
    for row in rows:
        figures = [_short(row.medians[name]) if name in row.medians else "-" for name in (OURS.name, *peers)]
        lines += _cells(row.figure.title, row.figure.unit, *figures, *(_beside(row, peer) for peer in peers))
    if own:
        lines += ["", "Alone:", "", *_head("Memory", "Bytes", "Goal, at most")]
        for one in own:
            value = f"{_short(one.value)}{'' if one.value <= one.goal else ' (missed)'}"
            lines += _cells(one.title, value, _short(one.goal))
    return "\n".join(lines) + "\n"


def _head(*titles: str) -> list[str]:
    return [".. list-table::", "   :header-rows: 1", "", *_cells(*titles)]


def _cells(first: str, *others: str) -> list[str]:
    return [f"   * - {first}", *(f"     - {other}" for other in others)]


def _beside(row: Row, peer: str) -> str:
    ratio = row.ratio(peer)
    if ratio is None:
        return "-"
    if peer not in row.figure.goals:
        return f"{ratio:.2f}"
    goal = f"{'at least' if row.figure.sign > 0 else 'at most'} {row.figure.goals[peer]:g}"
    return f"{ratio:.2f} ({goal}{'' if row.figure.reaches(ratio, peer) else ': missed'})"


def _short(number: float) -> str:
    """Three figures, with a unit of thousands or millions."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.3g}"


def picture(rows: list[Row]) -> str:
    """Bars of all servers for each figure, ours first, the longest over the whole width; an SVG."""
    names = [OURS.name, *(peer.name for peer in PEERS)]
    parts: list[str] = []
    y = 34
    for row in rows:
        better = "more is better" if row.figure.sign > 0 else "less is better"
        parts.append(_text(LEFT, y, f"{row.figure.title}: {row.figure.unit}, {better}", "bold"))
        most = max(row.medians.values())
        for name in names:
            if name in row.medians:
                length = max(1.0, row.medians[name] / most * (WIDTH - 230))
                parts.append(
                    f'<rect x="{LEFT}" y="{y + 7}" width="{length:.1f}" height="{BAR}" fill="{COLOURS[name]}"/>'
                )
                parts.append(_text(LEFT + length + 6, y + 7 + BAR - 2, f"{name} {_short(row.medians[name])}"))
                y += GAP
        y += 30
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}"',
            '     font-family="sans-serif" font-size="12">',
            '<rect width="100%" height="100%" fill="white"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _text(x: float, y: float, words: str, weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y}" font-weight="{weight}">{escape(words)}</text>'
