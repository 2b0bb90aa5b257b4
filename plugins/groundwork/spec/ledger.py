"""Shape of the ledger: one DynamoDB table, its keys and the states a record passes through.

===================  ====================  ==========================================================================
partition key (pk)   sort key (sk)         what
===================  ====================  ==========================================================================
product#<product>    batch#<batch_id>      files, sequence, state claimed → acquired | refused, raw snapshot, report
product#<product>    file#<sha256>         which batch loaded this content; or why it was refused under which contract
product#<product>    publication#<batch>   state published | blocked | undone, snapshot, counts, report, who and why,
                                           of which run people were told, the replay of quarantined rows that the
                                           gate blocks
product#<product>    sequence              number of the last batch that was claimed
lease#<name>         lease                 holder, fencing token, end
job#<key>            attempt#<number>      one start of a job: name, engine's id, state open → succeeded | failed
                                           | cancelled
jobs                 open#<key>#<number>   says that the attempt is open; gone when it has ended
model#<model>        version#<number>      package, digest, state registered → approved | rejected | superseded, where
                                           the version stands and who asked for it
model#<model>        answer#<digest>#<at>  what a person answered about a version: by whom, whether it counts, why not
model#<model>        approval#<digest>     outcome approve | reject of a version, by whom, when, comment, evidence
model#<model>        release#<number>      version, endpoint configuration, state deploying → live → replaced |
                                           rolled_back, or failed; who and why, which release it replaces
model#<model>        serving               number of the release that is live
model#<model>        look#<number>         what a look at the serving version led to, on which figures
model#<model>        batch#<batch_id>      which version scored this batch of features, and of which content
view#<view>          batch#<batch_id>      which content of a product's batch the feature table holds
===================  ====================  ==========================================================================
"""

from __future__ import annotations

from typing import Any, Literal

BatchState = Literal["claimed", "acquired", "refused"]
PublicationState = Literal["published", "blocked", "undone"]
AttemptState = Literal["open", "succeeded", "failed", "cancelled"]
VersionState = Literal["registered", "approved", "rejected", "superseded"]
ReleaseState = Literal["deploying", "live", "replaced", "rolled_back", "failed"]
OPEN_JOBS = "jobs"
"""Partition that lists the attempts that are open."""


def product_key(product: str) -> str:
    """Partition of everything about a product's data."""
    return f"product#{product}"


def batch_sort_key(batch_id: str) -> str:
    """Record of one batch."""
    return f"batch#{batch_id}"


def file_sort_key(sha256: str) -> str:
    """Record of one file's content."""
    return f"file#{sha256}"


def publication_sort_key(batch_id: str) -> str:
    """Record of one batch's way through the gate."""
    return f"publication#{batch_id}"


def sequence_key(product: str) -> dict[str, str]:
    """Both keys of the number of the product's last batch."""
    return {"pk": product_key(product), "sk": "sequence"}


def lease_key(name: str) -> dict[str, str]:
    """Both keys of a lease."""
    return {"pk": f"lease#{name}", "sk": "lease"}


def job_partition(key: str) -> str:
    """Partition of all attempts of one piece of work."""
    return f"job#{key}"


def attempt_sort_key(attempt: int) -> str:
    """One attempt; zero-padded, so that the last one sorts last."""
    return f"attempt#{attempt:04d}"


def open_job_sort_key(key: str, attempt: int) -> str:
    """Says that an attempt is open."""
    return f"open#{key}#{attempt:04d}"


def model_key(model: str) -> str:
    """Partition of everything about a model's versions."""
    return f"model#{model}"


def view_key(view: str) -> str:
    """Partition of everything about a feature view."""
    return f"view#{view}"


def version_sort_key(number: int) -> str:
    """One version, by its number in the registry; zero-padded, so that the last one sorts last."""
    return f"version#{number:06d}"


def answer_sort_key(digest: str, at: str = "") -> str:
    """What was answered about a version at one moment; without a moment what all answers about it begin with."""
    return f"answer#{digest}#{at}"


def approval_sort_key(digest: str) -> str:
    """How a version was decided."""
    return f"approval#{digest}"


def release_sort_key(number: int) -> str:
    """One release; zero-padded."""
    return f"release#{number:06d}"


def serving_key(model: str) -> dict[str, str]:
    """Both keys of the number of the release that serves."""
    return {"pk": model_key(model), "sk": "serving"}


def look_sort_key(number: int) -> str:
    """One look at the serving version; zero-padded."""
    return f"look#{number:06d}"


def table_definition(name: str) -> dict[str, Any]:
    """What creates the ledger, as DynamoDB's CreateTable and CloudFormation's properties name it.

    :param name: the environment's ``ledger_table``
    """
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    }
