from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from activity import jobs
from activity.models import Job
from users.models import Company

ran: list[str] = []


@jobs.job("tests.page")
def page_job(job: jobs.Running) -> None:
    ran.append(job.params["word"])


@pytest.fixture
def failed(scope: Company) -> Job:
    return Job.objects.create(
        company_id=scope.pk, name="tests.page", key="k", params={"word": "hello"}, state="failed", attempts=8,
        error="The mail server refused.", done=2, total=5,
    )  # fmt: skip


def test_the_page_shows_state_progress_and_error(as_bob: Client, failed: Job) -> None:
    page = as_bob.get("/jobs/").content.decode()
    assert "The mail server refused." in page
    assert 'value="2" max="5"' in page
    assert "run-again" not in page


def test_states_filter_the_list(as_alice: Client, failed: Job) -> None:
    assert len(as_alice.get("/jobs/?state=failed").context["page"]) == 1
    assert len(as_alice.get("/jobs/?state=done").context["page"]) == 0
    assert len(as_alice.get("/jobs/?state=%00").context["page"]) == 1


def test_a_failed_job_runs_again(as_alice: Client, failed: Job, django_capture_on_commit_callbacks: Any) -> None:
    ran.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert as_alice.post(f"/jobs/{failed.pk}/run-again/").url == "/jobs/"
    failed.refresh_from_db()
    assert (failed.state, failed.error, failed.attempts) == ("done", "", 1)
    assert ran == ["hello"]


def test_a_job_that_no_code_knows_stays_failed(as_alice: Client, failed: Job) -> None:
    Job.objects.update(name="tests.gone")
    as_alice.post(f"/jobs/{failed.pk}/run-again/")
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_only_an_owner_of_the_company_runs_a_job_again(as_bob: Client, as_charlie: Client, failed: Job) -> None:
    assert as_bob.post(f"/jobs/{failed.pk}/run-again/").status_code == 403
    assert as_charlie.post(f"/jobs/{failed.pk}/run-again/").status_code == 404
    assert len(as_charlie.get("/jobs/").context["page"]) == 0
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_the_list_costs_the_same_for_any_number(
    as_alice: Client, scope: Company, failed: Job, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        as_alice.get("/jobs/")
    Job.objects.bulk_create([Job(company_id=scope.pk, name="tests.page", key=str(uuid4())) for _n in range(60)])
    with django_assert_num_queries(6):
        assert len(as_alice.get("/jobs/").context["page"]) == 50
