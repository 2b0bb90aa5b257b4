"""Carries what every rule reads and writes along with the rows, so that one job shows all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from groundwork.spec.rules.augment import Augment
from groundwork.spec.rules.comply import Consent, Hide, Remove
from groundwork.spec.rules.enrich import Enrich
from groundwork.spec.rules.standardise import Standardise
from groundwork.spec.ruleset import Rule
from groundwork.spec.run import FrozenRun
from spark_jobs.rules.builder import Builder
from spark_jobs.rules.standardise import clean
from spark_jobs.rules.standardise_forms import in_form
from spark_jobs.tables import landing_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True)
class Watched:
    """Where a rule's values are in the frame.

    :param before: column → the frame's column with its value before the rule
    :param after: column that the rule writes → the frame's column with its value after it
    """

    rule: Rule
    before: dict[str, str]
    after: dict[str, str]


@dataclass
class Watch:
    """Sees every rule of a plan before and after it is applied."""

    rules: list[Watched] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """Columns that are carried along."""
        return [name for each in self.rules for name in (*each.before.values(), *each.after.values())]

    def standardising(self, run: FrozenRun, raw: DataFrame) -> DataFrame:
        """The raw rows, with the texts before and after every standardise rule."""
        from pyspark.sql import functions as F  # noqa: N812

        texts: dict[str, Column] = {column.name: F.col(column.name) for column in landing_columns(run.contract)}
        made: dict[str, Column] = {}
        for rule in run.ruleset.rules:
            if not isinstance(rule, Standardise):
                continue
            place = len(self.rules)
            watched = Watched(rule, {}, {})
            for name in rule.columns:
                watched.before[name], watched.after[name] = f"_before_{place}_{name}", f"_after_{place}_{name}"
                made[watched.before[name]] = texts[name]
                texts[name] = _standardised(rule, texts[name], texts.get(rule.beside or ""))
                made[watched.after[name]] = texts[name]
            self.rules.append(watched)
        return raw.withColumns(made)

    def before(self, builder: Builder, rule: Rule) -> None:
        """Keep what the rule reads and overwrites."""
        if isinstance(rule, Standardise):
            return
        here = builder.flush().columns
        kept = [name for name in dict.fromkeys([*sorted(rule.reads), *written(rule)]) if name in here]
        watched = Watched(rule, {name: f"_before_{len(self.rules)}_{name}" for name in kept}, {})
        self._keep(builder, watched.before)
        self.rules.append(watched)

    def after(self, builder: Builder, rule: Rule) -> None:
        """Keep what it has written."""
        if isinstance(rule, Standardise):
            return
        watched = self.rules[-1]
        watched.after.update({name: f"_after_{len(self.rules) - 1}_{name}" for name in written(rule)})
        self._keep(builder, watched.after)

    @staticmethod
    def _keep(builder: Builder, columns: dict[str, str]) -> None:
        from pyspark.sql import functions as F  # noqa: N812

        frame = builder.flush()
        builder.frame = frame.withColumns({kept: F.col(name).cast("string") for name, kept in columns.items()})


def written(rule: Rule) -> tuple[str, ...]:
    """Columns that a rule makes or changes."""
    if isinstance(rule, Augment):
        return (rule.column,)
    if isinstance(rule, Enrich):
        return tuple(rule.take)
    if isinstance(rule, Consent) or (isinstance(rule, Hide) and not isinstance(rule, Remove)):
        return rule.columns
    return ()


def _standardised(rule: Standardise, text: Column, beside: Column | None) -> Column:
    cleaned = clean(text, rule)
    return in_form(rule.form, cleaned, beside if rule.beside else None) if rule.form else cleaned
