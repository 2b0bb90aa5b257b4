"""A person's browser opens what a job left, without signing and without being able to do more."""

from __future__ import annotations

import contextlib
import gzip
import urllib.error
import urllib.request

import pytest

BUCKET = "pages"


@pytest.fixture
def page(sandbox, aws):
    s3 = aws("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=BUCKET, Key="a b/report.html", Body=b"<p>caf\xc3\xa9</p>")
    s3.put_object(Bucket=BUCKET, Key="logs/stderr.gz", Body=gzip.compress(b"last words"))

    def get(path: str):
        return urllib.request.urlopen(f"{sandbox.settings.endpoint}/_sandbox/objects/{path}", timeout=5)

    return get


def test_a_page_is_shown_as_html_that_may_draw_itself_and_reach_nothing(page):
    with page(f"{BUCKET}/a%20b/report.html") as answer:
        assert answer.read() == b"<p>caf\xc3\xa9</p>"
        assert answer.headers["Content-Type"].startswith("text/html")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'none'" in policy
        assert "sandbox allow-scripts;" in policy, "and not allow-same-origin, with which it could use the API"


def test_a_gzipped_log_is_shown_unpacked(page):
    with page(f"{BUCKET}/logs/stderr.gz") as answer:
        assert answer.read() == b"last words"
        assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", [f"{BUCKET}/nothing", "no-such-bucket/key"])
def test_what_is_not_there_says_so(page, path):
    with pytest.raises(urllib.error.HTTPError) as error:
        page(path)
    assert error.value.code == 404
