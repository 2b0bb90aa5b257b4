"""What a person sees: plain lines where nobody looks live, a table where somebody does."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from demo.deliveries import Delivery
from demo.progress import Progress
from demo.steps import DONE, GOING, WAITING, Step
from demo.view import LiveView, PlainView, view

MAY = Delivery("May", "flights", ("may.csv",))
JUNE = Delivery("June", "flights", ("june.csv",), after=("May",))


def test_plain_lines_tell_each_change_once(capsys: pytest.CaptureFixture[str]) -> None:
    shown = PlainView()
    may, june = Progress(MAY, "1", released=0.0), Progress(JUNE, "2")
    shown.show([may, june], [], "http://127.0.0.1:1")
    for state in ("delivered", "claimed", "claimed", "acquired"):
        may.reach(state)
        shown.show([may, june], [], "http://127.0.0.1:1")
    told = [line.partition("] ")[2] for line in capsys.readouterr().out.splitlines()]
    assert told == ["watch: http://127.0.0.1:1", "May: delivered", "May: claimed", "May: acquired"]


def test_steps_of_the_model_are_told_beside_the_deliveries(capsys: pytest.CaptureFixture[str]) -> None:
    trained, live = Step("trained", lambda: True), Step("live", lambda: False)
    plain = PlainView()
    for state in (WAITING, GOING, GOING, DONE):
        trained.state = state
        plain.show([], [trained, live], "http://127.0.0.1:1")
    told = [line.partition("] ")[2] for line in capsys.readouterr().out.splitlines()]
    assert told == ["watch: http://127.0.0.1:1", "trained: going", "trained: done"]
    output = io.StringIO()
    drawn = LiveView(Console(file=output, force_terminal=True, width=120, color_system=None))
    drawn.show([], [trained, live], "http://127.0.0.1:1")
    drawn.close()
    assert "trained  ✓" in output.getvalue()
    assert "live     ·" in output.getvalue()


def test_a_state_that_was_passed_does_not_come_back() -> None:
    may = Progress(MAY, "1", released=0.0)
    may.reach("published")
    may.reach("acquired")
    assert may.state == "published"
    assert set(may.reached) == {"published"}


def test_the_live_table_says_what_each_delivery_does_or_waits_for() -> None:
    output = io.StringIO()
    shown = LiveView(Console(file=output, force_terminal=True, width=120, color_system=None))
    may, june = Progress(MAY, "1", released=0.0), Progress(JUNE, "2")
    may.reach("delivered")
    may.reach("claimed")
    shown.show([may, june], [], "http://127.0.0.1:1")
    shown.close()
    text = output.getvalue()
    assert "Spark loads them into the raw table" in text
    assert "waits for May" in text
    assert "0 of 2 published" in text
    assert "http://127.0.0.1:1" in text


def test_without_a_terminal_the_view_is_plain() -> None:
    assert isinstance(view(), PlainView)
