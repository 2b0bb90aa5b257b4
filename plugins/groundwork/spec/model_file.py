"""Reads a model's file and holds it against the contracts of the products that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from groundwork.spec.contract import PERSONAL, SYSTEM_COLUMNS, Contract
from groundwork.spec.errors import SpecError, SpecErrors
from groundwork.spec.expression import columns_of
from groundwork.spec.feature_view import AsOf, FeatureView
from groundwork.spec.include import declaration, load_product
from groundwork.spec.model import Model
from groundwork.spec.yaml_file import KeyPath, YamlFile

NUMERIC = ("int", "bigint", "double", "decimal", "boolean")


@dataclass(frozen=True)
class DeclaredModel:
    """A model with the contracts of the products that it reads, held against each other.

    :param contracts: product → contract; the predicted product's first
    """

    model: Model
    contracts: dict[str, Contract]

    @property
    def contract(self) -> Contract:
        """The contract of the product whose rows are predicted."""
        return self.contracts[self.model.features.product]


def model_names(include: Path) -> Iterator[str]:
    """Names of all declared models, by their files alone."""
    for path in sorted((include / "models").glob("*.yaml")):
        yield path.stem


def load_model(include: Path, name: str) -> DeclaredModel:
    """One model.

    :param include: the include folder
    :param name: its name
    :raises SpecError: its file, or a product that it reads, is missing or cannot be used, or they do not fit
    """
    path = declaration(include, "models", name)
    if not path.is_file():
        raise SpecError(f"no model {name!r} is declared", file=path, mend="Write the file")
    file = YamlFile(path)
    model = file.parse(Model)
    if model.name != name:
        raise file.error(("name",), f"is {model.name!r}", f"Write {name!r}, as the file is named")
    contracts = {}
    for product in model.features.products:
        try:
            contracts[product] = load_product(include, product).contract
        except SpecError as error:
            raise file.error(("features",), f"reads {product!r}, which cannot be used: {error}", error.mend) from error
    if problems := list(_Columns(file, model.features, contracts).problems()):
        raise SpecErrors(problems)
    return DeclaredModel(model, contracts)


class _Columns:
    """Holds the columns that features read against what the contracts have and say is known in advance."""

    def __init__(self, file: YamlFile, view: FeatureView, contracts: dict[str, Contract]) -> None:
        self.file = file
        self.view = view
        self.contracts = contracts
        self.contract = contracts[view.product]
        self.columns = {column.name for column in self.contract.columns}
        self.advance = set(self.contract.known_in_advance)

    def problems(self) -> Iterator[SpecError]:
        view = self.view
        if self.contract.known_at is None:
            problem = f"reads {view.product!r}, whose contract does not say when a row is known"
            yield self.file.error(("features", "product"), problem, "Declare groundwork.knownAt in the contract")
        taken = {*self.contract.primary_key, *SYSTEM_COLUMNS}
        if view.label.name in taken | self.columns:
            problem = f"{view.label.name!r} is a column of {view.product!r}; choose another name"
            yield self.file.error(("features", "label", "name"), problem)
        for name in sorted(feature.name for feature in view.features if feature.name in SYSTEM_COLUMNS):
            yield self.file.error(("features",), f"feature {name!r} is named as a system column", "Choose another name")
        yield from self._in_advance(("features", "predictionTime"), columns_of(view.prediction_time))
        yield from self._there(("features", "label", "expression"), columns_of(view.label.expression))
        for index, own in enumerate(view.own):
            if own.name in self.contract.primary_key and own.expression != own.name:
                problem = f"is named as the key column {own.name!r} and is something else"
                yield self.file.error(("features", "own", index, "name"), problem, "Choose another name")
            path: KeyPath = ("features", "own", index, "expression")
            yield from self._in_advance(path, columns_of(own.expression))
            yield from self._impersonal(path, self.contract, columns_of(own.expression))
        for index, history in enumerate(view.history):
            yield from self._in_advance(("features", "history", index, "by"), history.by)
            yield from self._impersonal(("features", "history", index, "by"), self.contract, history.by)
            for measure, expression in history.mean.items():
                path = ("features", "history", index, "mean", measure)
                yield from self._there(path, columns_of(expression))
                yield from self._impersonal(path, self.contract, columns_of(expression))
        for index, as_of in enumerate(view.as_of):
            yield from self._in_advance(("features", "asOf", index, "match"), as_of.match)
            yield from self._impersonal(("features", "asOf", index, "match"), self.contract, as_of.match)
            yield from self._as_of(("features", "asOf", index), as_of)

    def _there(self, path: KeyPath, names: Iterable[str]) -> Iterator[SpecError]:
        for name in sorted(set(names) - self.columns):
            mend = f"Columns: {', '.join(sorted(self.columns))}"
            yield self.file.error(path, f"{self.view.product!r} has no column {name!r}", mend)

    def _in_advance(self, path: KeyPath, names: Iterable[str]) -> Iterator[SpecError]:
        """A feature of the row itself may read nothing that its outcome tells."""
        yield from self._there(path, names)
        for name in sorted(set(names) & self.columns - self.advance):
            problem = f"reads {name!r}, which is not known when the prediction is made"
            mend = (
                "Read it as history, which looks at earlier rows only; or, if it really is known before, list it in "
                f"the contract of {self.view.product!r} under groundwork.knownInAdvance"
            )
            yield self.file.error(path, problem, mend)

    def _impersonal(self, path: KeyPath, contract: Contract, names: Iterable[str]) -> Iterator[SpecError]:
        """A model may not learn from what identifies a person."""
        personal = {
            column.name: column.classification for column in contract.columns if column.classification in PERSONAL
        }
        for name in sorted(personal.keys() & set(names)):
            problem = f"reads {name!r}, which the contract of {contract.product!r} classifies as {personal[name]}"
            mend = (
                "Leave it out; or let an augment rule of the product publish what the model needs of it as a column "
                "of its own, such as an age group, which is classified by itself"
            )
            yield self.file.error(path, problem, mend)

    def _as_of(self, path: KeyPath, as_of: AsOf) -> Iterator[SpecError]:
        contract = self.contracts[as_of.product]
        if contract.known_at is None or contract.event_time is None:
            problem = f"joins {as_of.product!r}, whose contract does not say when a row happened and was known"
            mend = "Declare groundwork.eventTime and groundwork.knownAt in the contract"
            yield self.file.error((*path, "product"), problem, mend)
        yield from self._impersonal((*path, "match"), contract, as_of.match.values())
        yield from self._impersonal((*path, "take"), contract, as_of.take.values())
        types = {column.name: column.type for column in contract.columns}
        for there in sorted({*as_of.match.values(), *as_of.take.values()} - types.keys()):
            problem = f"{as_of.product!r} has no column {there!r}"
            yield self.file.error((*path, "product"), problem, f"Columns there: {', '.join(sorted(types))}")
        for feature, there in as_of.take.items():
            if there in types and not types[there].startswith(NUMERIC):
                problem = f"takes {there!r}, a {types[there]}, and features of other products are numbers"
                yield self.file.error((*path, "take", feature), problem, "Take a numeric column")
