"""What a DAG's page in the UI says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundwork.spec.names import table, unreadable_table

if TYPE_CHECKING:
    from groundwork.spec.contract import Column
    from groundwork.spec.environment import Environment
    from groundwork.spec.include import Product

MAXIMUM_COLUMNS = 200


def documentation(stage: str, environment: Environment, product: Product) -> str:
    """Markdown from contract and ruleset.

    :param stage: stem of the DAG file
    """
    contract = product.contract
    columns = contract.landing.columns if stage == "acquire_data" and contract.landing else contract.columns
    parts = [
        f"# {contract.title}",
        contract.purpose.strip(),
        f"**What this does.** {_WORK[stage](environment, product)}",
        f"**Owner** {contract.owner} · **domain** {contract.domain} · **contract** {contract.id} {contract.version}",
        f"**Use.** {contract.usage.strip()}" if contract.usage else "",
        f"**Limits.** {contract.limitations.strip()}" if contract.limitations else "",
        _columns(columns),
    ]
    return "\n\n".join(part for part in parts if part)


def _acquire(environment: Environment, product: Product) -> str:
    contract = product.contract
    if not contract.registered:
        return f"Refuses every run: the contract is not registered (status {contract.status})."
    assert contract.landing is not None
    place = contract.landing.location.format(landing=environment.bucket("landing"))
    refine = " The same Spark job then refines and publishes the batch." if contract.refine_with_acquire else ""
    return (
        f"Waits for files at `{place}`, examines each once and loads it exactly once into "
        f"`{table(environment, contract, 'raw')}`. Unreadable rows go to `{unreadable_table(environment, contract)}` "
        f"with the reason. Files that cannot be loaded are refused with the reason.{refine}"
    )


def _refine(environment: Environment, product: Product) -> str:
    contract, ruleset = product.contract, product.ruleset
    look_ups = f" Looks up {', '.join(ruleset.look_ups)}." if ruleset.look_ups else ""
    return (
        f"Applies {len(ruleset.rules)} rules and {len(contract.expectations)} checks to every acquired batch on a "
        f"branch, and publishes it to `{table(environment, contract, 'refined')}` if the gate allows it: at most "
        f"{ruleset.gate.maximum_quarantined:.1%} of the rows quarantined. Rows that break a rule go to "
        f"`{table(environment, contract, 'quarantine')}` with the reasons.{look_ups}"
    )


def _publish(environment: Environment, product: Product) -> str:
    name = table(environment, product.contract, "refined")
    return (
        f"Publishes a batch to `{name}` that the gate has blocked, because a person says so; of a published batch the "
        "replay of its quarantined rows that the gate has blocked. Who and why are recorded with the publication. The "
        "run that was blocked names the batch."
    )


def _undo(environment: Environment, product: Product) -> str:
    name = table(environment, product.contract, "refined")
    return (
        f"Takes the last published batch of `{name}` back: the table is as it was before, and consumers are told by an "
        "event. Who and why are recorded. A replay by refine_data publishes the batch again."
    )


def _replay(environment: Environment, product: Product) -> str:
    contract = product.contract
    return (
        f"Takes rows of `{table(environment, contract, 'quarantine')}` up again under the rules of now, after a person "
        f"has mended these. Rows that pass are published to `{table(environment, contract, 'refined')}` as a batch is, "
        "on a branch and through the gate, and marked in the quarantine; the others stay there with their reasons of "
        "now. What is replayed is not replayed again."
    )


_WORK = {
    "acquire_data": _acquire,
    "refine_data": _refine,
    "publish_batch": _publish,
    "undo_publish": _undo,
    "replay_quarantine": _replay,
}


def _columns(columns: tuple[Column, ...]) -> str:
    rows = [
        f"| {column.name} | {column.type} | {'yes' if column.required else ''} | {column.classification} "
        f"| {column.description.replace('|', '/')} |"
        for column in columns[:MAXIMUM_COLUMNS]
    ]
    more = [f"| … | {len(columns) - MAXIMUM_COLUMNS} more | | | |"] if len(columns) > MAXIMUM_COLUMNS else []
    return "\n".join(["| column | type | required | classification | meaning |", "|---|---|---|---|---|", *rows, *more])
