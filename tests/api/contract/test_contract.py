"""Whatever is sent, an operation answers as the document says: no 500, no status, header or body of another form.

Schemathesis makes the requests from the document: its examples, the borders of each field, and random ones, well formed
and not. Every request is undone after its answer, so that each meets the same company. In the gate the seed is fixed;
`CONTRACT_SEED=7 CONTRACT_EXAMPLES=200 CONTRACT_EVERY=1 pytest tests/api/contract` looks further.
"""

from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from schemathesis.engine.run import PhaseName

from tests.api.contract.conftest import EVERY, Furnished, undone

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.django_db]
place = schemathesis.pytest.from_fixture("place")
turns: Counter[str] = Counter()  # of each operation
JSON = "application/json"
# Codes of faults that a schema tells: of well-formed data they must not come. (`places` may: the decimals of a JSON
# number cannot be told, for `multipleOf` counts in binary fractions.)
SHAPE = {
    "blank", "digits", "invalid_characters", "invalid_choice", "invalid_type", "max_length", "max_value", "min_value",
    "not_a_dict", "not_a_list", "null", "one_of", "read_only", "required", "too_many", "unknown_field",
    "unknown_parameter", "unknown_name",
}  # fmt: skip


@place.parametrize()
def test_an_operation_answers_as_it_is_described(
    case: Any, furnished: Furnished, answers: dict[str, Counter[int]]
) -> None:
    if case.meta.phase.name == PhaseName.COVERAGE:
        turns[case.operation.label] += 1
        if turns[case.operation.label] % EVERY:
            return
    headers = {"Authorization": f"Bearer {furnished.token}"}
    with undone():
        response = case.call(headers=headers)
        answers[case.operation.label][response.status_code] += 1
        if _was_lost(case, response):
            return
        case.validate_response(response, headers=headers)
    if response.status_code == 422 and case.meta.generation.mode.is_positive and case.media_type == JSON:
        problem = response.json()
        is_of_shape = problem["type"] == "about:blank"  # a rule of the business has a type of its own
        assert not is_of_shape or not {fault["code"] for fault in problem["errors"]} & SHAPE, response.text


def _was_lost(case: Any, response: Any) -> bool:
    """Whether a wrong parameter never left: one whose value is an empty list or object is not written at all."""
    declared = {parameter.name for parameter in case.operation.query}
    sent = {name for name, _value in parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)}
    return bool(set(case.query or {}) - declared) and sent <= declared
