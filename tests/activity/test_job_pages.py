from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from activity import jobs
from activity.models import Event, Job
from users.models import Company, User

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
    assert len(as_alice.get("/jobs/?state=failed").context["page"].rows) == 1
    assert len(as_alice.get("/jobs/?state=done").context["page"].rows) == 0
    assert len(as_alice.get("/jobs/?state=%00").context["page"].rows) == 1


def test_a_failed_job_runs_again(as_alice: Client, failed: Job, django_capture_on_commit_callbacks: Any) -> None:
    ran.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert as_alice.post(f"/jobs/{failed.pk}/run-again/").url == "/jobs/"
    failed.refresh_from_db()
    assert (failed.state, failed.error, failed.attempts) == ("done", "", 1)
    assert ran == ["hello"]


def test_the_audit_trail_tells_who_ran_it_again(as_alice: Client, alice: User, failed: Job) -> None:
    as_alice.post(f"/jobs/{failed.pk}/run-again/")
    event = Event.objects.get()
    assert (event.action, event.object_type, event.object_id) == ("activity.job.retried", "job", failed.pk)
    assert (event.actor_id, event.data) == (alice.pk, {"name": "tests.page"})


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_only_a_failed_job_runs_again(as_alice: Client, failed: Job, state: str) -> None:
    Job.objects.update(state=state)
    page = as_alice.post(f"/jobs/{failed.pk}/run-again/", follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "Ce traitement n'a pas échoué, ou est déjà relancé."
    ]
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (state, 8)
    assert not Event.objects.exists()


def test_all_failed_jobs_run_again_at_once(
    as_alice: Client, scope: Company, failed: Job, django_capture_on_commit_callbacks: Any
) -> None:
    def another(key: str, **fields: Any) -> Job:
        values = {"name": "tests.page", "params": {"word": key}, "state": "failed", "attempts": 8, **fields}
        return Job.objects.create(company_id=scope.pk, key=key, **values)

    second = another("second")
    another("gone", name="tests.gone")
    another("waiting", state="done")
    ran.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page = as_alice.post("/jobs/run-again/", follow=True)
    assert [str(message) for message in page.context["messages"]] == ["2 traitements sont relancés."]
    assert sorted(ran) == ["hello", "second"]
    states = dict(Job.objects.values_list("key", "state"))
    assert states == {"k": "done", "second": "done", "gone": "failed", "waiting": "done"}
    assert set(Event.objects.values_list("object_id", flat=True)) == {failed.pk, second.pk}
    page = as_alice.post("/jobs/run-again/", follow=True)
    assert [str(message) for message in page.context["messages"]] == ["Aucun traitement échoué ne peut être relancé."]


def test_the_failed_are_counted_and_only_an_owner_is_offered_all(as_alice: Client, as_bob: Client, failed: Job) -> None:
    for client, offered in ((as_alice, True), (as_bob, False)):
        answer = client.get("/jobs/")
        assert [tab["count"] for tab in answer.context["tabs"]] == [None, None, None, 1, None]
        assert ("/jobs/run-again/" in answer.content.decode()) is offered
    Job.objects.update(state="done")
    answer = as_alice.get("/jobs/")
    assert [tab["count"] for tab in answer.context["tabs"]] == [None] * 5
    assert "/jobs/run-again/" not in answer.content.decode()


def test_pages_go_by_the_last_row_and_keep_the_state(as_alice: Client, scope: Company, failed: Job) -> None:
    Job.objects.bulk_create(
        [Job(company_id=scope.pk, name="tests.page", key=str(number), state="failed") for number in range(60)]
    )
    first = as_alice.get("/jobs/?state=failed").context["page"]
    second = as_alice.get(f"/jobs/?state=failed&cursor={first.next}")
    assert (len(first.rows), first.previous) == (50, "")
    assert len(second.context["page"].rows) == 11
    assert second.context["page"].rows[-1] == failed
    assert f"?state=failed&amp;cursor={second.context['page'].previous}" in second.content.decode()


def test_a_job_that_no_code_knows_stays_failed(as_alice: Client, failed: Job) -> None:
    Job.objects.update(name="tests.gone")
    as_alice.post(f"/jobs/{failed.pk}/run-again/")
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_only_an_owner_of_the_company_runs_a_job_again(as_bob: Client, as_charlie: Client, failed: Job) -> None:
    assert as_bob.post(f"/jobs/{failed.pk}/run-again/").status_code == 403
    assert as_bob.post("/jobs/run-again/").status_code == 403
    assert as_charlie.post(f"/jobs/{failed.pk}/run-again/").status_code == 404
    as_charlie.post("/jobs/run-again/")
    assert len(as_charlie.get("/jobs/").context["page"].rows) == 0
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_the_list_costs_the_same_for_any_number(
    as_alice: Client, scope: Company, failed: Job, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        as_alice.get("/jobs/")
    Job.objects.bulk_create([Job(company_id=scope.pk, name="tests.page", key=str(uuid4())) for _n in range(60)])
    with django_assert_num_queries(6):
        assert len(as_alice.get("/jobs/").context["page"].rows) == 50
