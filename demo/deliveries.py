"""What the source systems deliver, and what each delivery waits for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """Files that come together and so become one batch.

    :param name: its name in the live view and in the story
    :param product: data product that they belong to
    :param files: names of the files
    :param manifest: name of the file that lists them, which comes last; None where none is declared
    :param after: deliveries that must be published, and what the model must have reached, before this one comes
    """

    name: str
    product: str
    files: tuple[str, ...]
    manifest: str | None = None
    after: tuple[str, ...] = ()


def flight_file(month: int) -> str:
    """Name of the file with one month's flights."""
    return f"flights_2013-{month:02}.csv"


LOOK_UPS = ("airlines", "airports", "planes")
FIRST, JUNE, JULY = "flights, January–May", "flights, June", "flights, July"
DATA_CHOSEN = "training data chosen"
"""A step of the model: what a training learns from is frozen, so new data cannot change it any more."""

DELIVERIES = (
    Delivery("airlines", "airlines", ("airlines.csv",)),
    Delivery("airports", "airports", ("airports.csv",)),
    Delivery("planes", "planes", ("planes.csv",)),
    Delivery(
        FIRST,
        "flights",
        tuple(flight_file(month) for month in range(1, 6)),
        "flights_2013-01-to-05.manifest.json",
        LOOK_UPS,
    ),
    Delivery("weather", "weather", ("weather.csv",), after=LOOK_UPS),
    Delivery("passengers", "passengers", ("passengers.csv",), after=(FIRST,)),
    Delivery(JUNE, "flights", (flight_file(6),), "flights_2013-06.manifest.json", (FIRST, DATA_CHOSEN)),
    Delivery(JULY, "flights", (flight_file(7),), "flights_2013-07.manifest.json", (JUNE,)),
)
"""In the order in which they are released. A month's flights come only when the months before are published: whoever
reads the table never finds June without May. June comes when the model's training has chosen its data. Weather and
passengers need nobody; they come when the machine would otherwise have time."""
