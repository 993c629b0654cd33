"""Charts of a history as SVG, drawn by pygal; colours and fonts are those of the page (CSS variables), text is escaped.

pygal was chosen for its size: a chart of 60 months is 10 to 40 kB of SVG without a script, which reads as well in
print as on a screen. Plotly's smallest bundle is 1.1 MB of JavaScript, Vega with Vega-Lite 0.8 MB, and matplotlib needs
NumPy and draws letters as paths, which neither a screen reader nor a search finds.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pygal
from pygal.style import Style

from gitpact.message import display_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERIES = 8  # lines or colours that a reader tells apart
# pygal adds a finder of the old kind, for maps that it has as plugins; Python 3.11 warns of it at every later import.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
COLOURS = tuple(f"var(--series-{number})" for number in range(1, SERIES + 1))
FEW = 10  # an axis up to this has a label for each number
CHARACTER, LINE = 7, 18  # width and height of a letter in the treemap
LABELS = 14  # of periods below a chart
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="var(--ink)",
    foreground_strong="var(--ink)",
    foreground_subtle="var(--line)",
    guide_stroke_color="var(--line)",
    major_guide_stroke_color="var(--line)",
    # pygal would compute further colours from these, which it cannot read: there have to be as many as rectangles.
    colors=COLOURS * 8,
    value_colors=("var(--ink)",) * SERIES * 8,
    opacity=".9",
    opacity_hover="1",
    font_family="inherit",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    value_font_size=12,
    transition="0s",
)
SVG = "{http://www.w3.org/2000/svg}"
ET.register_namespace("", SVG[1:-1])


def shares(name: str, periods: Sequence[str], values: Sequence[float]) -> str:
    """A line of percentages (0 to 100), one for each period; `name` is the id of the chart in the page."""
    chart = pygal.Line(range=(0, 100), fill=True, dots_size=3, formatter=_percent, **_over_time(periods))
    chart.add("", [round(value, 1) for value in values])
    return _svg(chart, name)


def stacked(name: str, periods: Sequence[str], series: Mapping[str, Sequence[int]]) -> str:
    """Bars for the periods, in which the counts of each of the series (at most SERIES) lie on each other; no legend."""
    whole = [sum(counts) for counts in zip(*series.values(), strict=True)]
    chart = pygal.StackedBar(formatter=_count, y_labels=_ticks(whole), **_over_time(periods))
    for title, values in series.items():
        chart.add(title, list(values))
    return _svg(chart, name)


def bars(name: str, rows: Sequence[tuple[str, int]]) -> str:
    """A horizontal bar for each row (label, number), the first row at the top."""
    height = 60 + 26 * len(rows)
    ticks = _ticks([number for _, number in rows])
    chart = pygal.HorizontalBar(
        formatter=_count, y_labels=ticks, x_labels=[label for label, _ in reversed(rows)], **_common(height)
    )
    chart.add("", [number for _, number in reversed(rows)])
    return _svg(chart, name)


def treemap(name: str, rows: Sequence[tuple[str, int]]) -> str:
    """A rectangle for each row, as large as its number, with the text of the row where it fits, and as its tooltip."""
    chart = pygal.Treemap(print_values=True, **_common(420))
    for index, (text, number) in enumerate(rows):
        chart.add(text, [{"value": number, "formatter": partial(_constant, text), "color": COLOURS[index % SERIES]}])
    return _without_long_texts(_svg(chart, name))


def _ticks(numbers: Sequence[int]) -> list[int] | None:
    """The labels of an axis that counts up to a few; None leaves them to pygal, which would divide one commit."""
    most = max(numbers, default=0)
    return [*range(most + 1)] if 0 < most <= FEW else None


def _count(value: float) -> str:
    return f"{value:.0f}"


def _without_long_texts(svg: str) -> str:
    """The chart of `treemap`, less the texts that are wider than their rectangles."""
    root = ET.fromstring(svg)  # noqa: S314  pygal wrote it
    areas = [rect for rect in root.iter(f"{SVG}rect") if "reactive" in rect.get("class", "")]
    overlay = next(group for group in root.iter(f"{SVG}g") if group.get("class") == "plot text-overlay")
    for area, group in zip(areas, overlay, strict=True):
        for text in [*group]:
            whole = "".join(text.itertext())
            name = whole.rpartition("/")[2]
            room = float(area.get("width", "0")) / CHARACTER
            fits = [one for one in (whole, name, name.partition(":")[0]) if display_width.width(one) < room]
            if fits and float(area.get("height", "0")) > LINE:
                text.text = fits[0]
            else:
                group.remove(text)
    return ET.tostring(root, encoding="unicode")


def _constant(text: str, _value: float) -> str:
    return text


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _common(height: int) -> dict[str, Any]:
    """The settings of every chart; it is as wide as the page, and so high for a width of 900."""
    return {
        "explicit_size": False,
        "height": height,
        "js": (),
        "margin": 8,
        "margin_right": 40,
        "show_legend": False,
        "style": STYLE,
        "width": 900,
    }


def _over_time(periods: Sequence[str]) -> dict[str, Any]:
    return {
        **_common(320),
        "show_minor_x_labels": False,
        "x_label_rotation": 35 if len(periods) > LABELS else 0,
        "x_labels": list(periods),
        "x_labels_major_every": max(1, -(-len(periods) // LABELS)),
    }


def _svg(chart: pygal.graph.graph.Graph, name: str) -> str:
    """The chart without scripts and comments; what pygal's script shows in a tooltip is the tooltip of the element."""
    chart.uuid = name
    root = ET.fromstring(chart.render(is_unicode=True, disable_xml_declaration=True))  # noqa: S314  pygal wrote it
    root.attrib.update({"aria-hidden": "true", "focusable": "false"})  # a table below each chart has its numbers
    for parent in [*root.iter()]:
        said = {child.get("class"): child.text or "" for child in parent if child.tag == f"{SVG}desc"}
        for child in [*parent]:
            if child.tag in {f"{SVG}script", f"{SVG}desc"} or (child.tag == f"{SVG}title" and parent is root):
                parent.remove(child)
        if "value" in said:
            tooltip = ET.Element(f"{SVG}title")
            tooltip.text = ": ".join(filter(None, [said.get("x_label"), said["value"]]))
            parent.insert(0, tooltip)
    return ET.tostring(root, encoding="unicode")
