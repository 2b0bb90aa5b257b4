"""Small bars of one figure over a product's batches, as SVG that stands in a page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH = 420
HEIGHT = 64
GAP = 2
WIDEST = 28
BOX = Markup('<svg class="bars" role="img" aria-label="{}" viewBox="0 0 {:.0f} {}" width="{:.0f}" height="{}">')
BAR = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>')


def bars(values: Sequence[float], labels: Sequence[str], name: str) -> Markup:
    """One bar a batch; the last one is the batch that the page is about.

    :param values: oldest first, none below 0
    :param labels: what a bar says when it is pointed at
    :param name: what a person who does not see the picture is told
    """
    top = max(values, default=0.0) or 1.0
    step = min(WIDEST, WIDTH / max(len(values), 1))
    drawn = []
    for place, (value, label) in enumerate(zip(values, labels, strict=True)):
        # A bar of nothing is drawn as a line, so that one sees that there was a batch.
        height = max(1.0, value / top * (HEIGHT - 2))
        kind = "now" if place == len(values) - 1 else "then"
        drawn.append(BAR.format(kind, place * step, HEIGHT - height, max(1.0, step - GAP), height, label))
    wide = max(step * len(values), 1)
    return BOX.format(name, wide, HEIGHT, wide, HEIGHT) + Markup("").join(drawn) + Markup("</svg>")
