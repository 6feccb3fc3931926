"""Jobs: claimed once, retried with patience, healed after a dead worker, and never for ever."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activity import jobs
from activity.models import Job
from core.errors import Refused, UnableTo
from users.models import Company

runs: list[Any] = []


@pytest.fixture(autouse=True)
def _job(request: pytest.FixtureRequest) -> Iterator[None]:
    """A job whose behaviour each test chooses by its parameters."""

    def work(running: jobs.Running) -> dict[str, int] | None:
        runs.append(running.params)
        match running.params.get("does"):
            case "refuse":
                raise Refused("not so")
            case "wait":
                raise UnableTo("later")
            case "never":
                raise UnableTo("never", retryable=False)
            case "break":
                raise RuntimeError("oh")
            case "progress":
                running.progress(3, 4)
                assert Job.objects.get(pk=running.id).percent == 75
        return {"done": 1}

    jobs.register("tests.work", work, max_attempts=3)
    runs.clear()
    yield
    del jobs._registry["tests.work"]


def queue(company: Company, key: str = "k", **params: Any) -> Job:
    return jobs.enqueue("tests.work", company_id=company.pk, key=key, params=params)


def test_a_job_runs_and_keeps_its_result(scope: Company) -> None:
    row = queue(scope, does="progress")
    assert jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.result, row.attempts, row.percent) == ("done", {"done": 1}, 1, 100)


def test_the_same_key_is_one_job(scope: Company) -> None:
    assert queue(scope).pk == queue(scope).pk
    assert Job.objects.count() == 1


def test_a_finished_job_runs_again_only_when_asked(scope: Company) -> None:
    row = queue(scope)
    jobs.run(row.pk)
    queue(scope)
    assert not jobs.run(row.pk)
    jobs.enqueue("tests.work", company_id=scope.pk, key="k", again=True)
    assert jobs.run(row.pk)
    assert len(runs) == 2


def test_a_claimed_job_is_not_run_by_a_second_worker(scope: Company) -> None:
    row = queue(scope)
    Job.objects.filter(pk=row.pk).update(state="running", lease_until=timezone.now() + timedelta(seconds=30))
    assert not jobs.run(row.pk)
    assert runs == []


def test_a_dead_workers_job_is_carried_again(scope: Company, django_capture_on_commit_callbacks: Any) -> None:
    row = queue(scope)
    Job.objects.filter(pk=row.pk).update(state="running", attempts=1, lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)


def test_what_kills_its_worker_every_time_is_given_up(scope: Company) -> None:
    row = queue(scope)
    Job.objects.filter(pk=row.pk).update(state="running", attempts=3, lease_until=timezone.now() - timedelta(seconds=1))
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "The worker died every time it tried this.")
    assert runs == []


@pytest.mark.parametrize("does", ["wait", "break"])
def test_a_failure_waits_longer_each_time_and_ends(scope: Company, does: str) -> None:
    row = queue(scope, does=does)
    waits = []
    for _ in range(2):
        jobs.run(row.pk)
        row.refresh_from_db()
        assert row.state == "queued"
        waits.append((row.run_after - timezone.now()).total_seconds())
        assert not jobs.run(row.pk)  # not due yet
        Job.objects.filter(pk=row.pk).update(run_after=timezone.now())
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 3)
    assert 3 < waits[0] < 7 < waits[1] < 13


@pytest.mark.parametrize("does", ["refuse", "never"])
def test_what_waiting_cannot_cure_fails_at_once(scope: Company, does: str) -> None:
    row = queue(scope, does=does)
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 1)


def test_an_unknown_name_is_a_mistake_of_the_caller(scope: Company) -> None:
    with pytest.raises(LookupError):
        jobs.enqueue("tests.nothing", company_id=scope.pk, key="k")
    assert Job.objects.count() == 0
