"""The story in figures, from what the stages left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from demo.clock import seconds_between
from demo.evidence import Evidence
from demo.progress import Progress
from demo.story import STAGES
from groundwork.spec import names
from groundwork.spec.contract import Contract
from groundwork.spec.report import AcquireReport, RefineReport

JOB_BUDGET = 14
TASK_BUDGET = 5

Figures = dict[str, Any]


class DeliveryFigures:
    """Tells what became of deliveries.

    :param evidence: what the stages left
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def delivery(self, each: Progress, contract: Contract) -> Figures:
        """What became of one published delivery."""
        facts = self._evidence.ledger.facts(each.delivery.product, each.batch_id)
        acquired_at, refined_at = (facts.batch or {})["report_uri"], (facts.publication or {})["report_uri"]
        acquired = AcquireReport.from_json(self._evidence.read(acquired_at))
        refined = RefineReport.from_json(self._evidence.read(refined_at))
        uris = {"acquire": acquired_at, "refine": refined_at}
        for report in (acquired, refined):
            uris |= {f"{report.stage} {name}": uri for name, uri in report.artefacts.items()}
        return {
            "name": each.delivery.name,
            "product": each.delivery.product,
            "batch_id": each.batch_id,
            "already_published": each.already,
            "files": len(acquired.files),
            "rows_in": sum(file.rows + file.unreadable for file in acquired.files),
            "unreadable": sum(file.unreadable for file in acquired.files),
            **refined.counts.model_dump(),
            "total_rows": refined.total_rows,
            "snapshot_id": refined.snapshot_id,
            "quarantine_reasons": dict(refined.quarantine_reasons),
            "warned": {
                rule.rule: rule.violations for rule in refined.rules if rule.action == "warn" and rule.violations
            },
            "checks": {"met": sum(check.success for check in refined.expectations), "all": len(refined.expectations)},
            "checks_not_met": [check.name for check in refined.expectations if not check.success],
            "personal": _personal(acquired, contract),
            "undeclared_personal": list(refined.undeclared_personal),
            "reports": {name: {"uri": uri, "url": self._evidence.url(uri)} for name, uri in uris.items()},
            "stages": self._stages(each.delivery.product, [acquired, refined], [acquired_at, refined_at]),
        }

    def _stages(self, product: str, reports: Sequence[Any], uris: Sequence[str]) -> list[Figures]:
        """The DAG runs that the reports come from; one run that did both stages stands once."""
        found = []
        for stage in STAGES:
            dag_id = names.dag_id(stage, product)
            for run in self._evidence.airflow.runs(dag_id):
                prefix = names.run_prefix(self._evidence.environment, dag_id, run["dag_run_id"])
                theirs = [report for report, uri in zip(reports, uris, strict=True) if uri.startswith(prefix)]
                if theirs:
                    found.append(self._stage(stage, dag_id, run, theirs))
        return found

    def _stage(self, stage: str, dag_id: str, run: Mapping[str, Any], reports: Sequence[Any]) -> Figures:
        run_id = run["dag_run_id"]
        tasks = self._evidence.airflow.tasks(dag_id, run_id)
        jobs = [job for task in tasks for job in self._evidence.jobs.of_task(dag_id, run_id, task)]
        return {
            "stage": stage,
            "dag_id": dag_id,
            "run_id": run_id,
            "began": run["start_date"],
            "ended": run["end_date"],
            "seconds": seconds_between(run["start_date"], run["end_date"]),
            # Airflow's own duration of a task that waited deferred is not the time between its start and its end.
            "tasks": {task["task_id"]: seconds_between(task["start_date"], task["end_date"]) for task in tasks},
            "jobs": jobs,
            "steps": {report.stage: dict(report.seconds) for report in reports},
            "work_seconds": round(sum(report.seconds["total"] for report in reports), 2),
        }


def summarise(deliveries: Sequence[Figures]) -> Figures:
    """Totals over the deliveries.

    :param deliveries: what ``DeliveryFigures.delivery`` gave, in order
    """
    stages = [stage for each in deliveries for stage in each["stages"]]
    reasons: Counter[str] = Counter()
    for each in deliveries:
        reasons.update({f"{each['product']}: {reason}": count for reason, count in each["quarantine_reasons"].items()})
    sums = ("files", "rows_in", "unreadable", "published", "quarantined", "dropped")
    began = [stage["began"] for stage in stages if stage["began"]]
    ended = [stage["ended"] for stage in stages if stage["ended"]]
    return {
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "already_published": all(each["already_published"] for each in deliveries),
        **{name: sum(each[name] for each in deliveries) for name in sums},
        "top_reasons": dict(reasons.most_common()),
        "personal": {each["product"]: each["personal"] for each in deliveries if each["personal"]},
        "spark_jobs": sum(len(stage["jobs"]) for stage in stages),
        "spark_job_budget": JOB_BUDGET,
        "most_tasks": max((len(stage["tasks"]) for stage in stages), default=0),
        "task_budget": TASK_BUDGET,
        "seconds": seconds_between(min(began), max(ended)) if began and ended else None,
        "deliveries": list(deliveries),
    }


def _personal(report: AcquireReport, contract: Contract) -> dict[str, str]:
    """Columns of the files that hold personal data, by what their values look like → how they are declared."""
    landing = contract.landing.columns if contract.landing else contract.columns
    declared = {column.name: column.classification for column in landing}
    found = {column.name: column.detected for column in report.profile if column.detected}
    return {name: f"{kind}, declared {declared.get(name, 'nowhere')}" for name, kind in found.items()}
