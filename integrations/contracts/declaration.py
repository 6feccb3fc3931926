"""What a provider folder says about itself in its `provider.py`, as the constant `PROVIDER`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.contracts.field_service import FieldService, Outcome, WorkOrder


@dataclass(frozen=True)
class CredentialField:
    """One secret that the user pastes to connect."""

    name: str
    label: Any
    help: Any


@dataclass(frozen=True)
class ProviderDeclaration:
    """A provider as the registry knows it; labels are lazy translations.

    `adapter` turns the credentials (by field name) into a working connection, `parse` the decoded body of a hook
    message into the domain's terms (InvalidWorkOrder when it cannot), `answer` what came of it into the body of the
    answer.
    """

    key: str
    label: Any
    description: Any
    capability: str
    credential_fields: tuple[CredentialField, ...]
    adapter: Callable[[Mapping[str, str]], FieldService]
    parse: Callable[[object], WorkOrder]
    answer: Callable[[Outcome], dict[str, Any]]
