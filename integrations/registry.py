"""Which providers exist, and who in the house takes what they deliver.

A provider is found by its folder, so that adding one changes no file. A capability has one handler, which the app that
knows its business registers at start.
"""

import importlib
import pkgutil
from functools import cache

from integrations import providers as folders
from integrations.contracts.declaration import ProviderDeclaration
from integrations.handling import Handler

_handlers: dict[str, Handler] = {}


@cache
def _found() -> dict[str, ProviderDeclaration]:
    found = {}
    for folder in pkgutil.iter_modules(folders.__path__):
        if folder.ispkg:
            module = importlib.import_module(f"{folders.__name__}.{folder.name}.provider")
            found[module.PROVIDER.key] = module.PROVIDER
    return found


def providers() -> tuple[ProviderDeclaration, ...]:
    """Every provider, by key."""
    return tuple(declaration for _key, declaration in sorted(_found().items()))


def provider(key: str) -> ProviderDeclaration:
    """The provider of that key; LookupError when there is none."""
    return _found()[key]


def handle(capability: str, handler: Handler) -> None:
    """Make `handler` the one that works for providers of this capability."""
    _handlers[capability] = handler


def handler(key: str) -> Handler:
    """Who works for the provider of that key."""
    return _handlers[provider(key).capability]
