"""Which providers exist, and who in the house takes what they deliver.

A provider is found by its folder, so that adding one changes no file. A capability has one handler, which the app that
knows its business registers at start. Most providers are connected to by a company; a register is there for all.
"""

import importlib
import pkgutil
from functools import cache

from integrations import providers as folders
from integrations.contracts.declaration import ProviderDeclaration
from integrations.contracts.vat_register import VatRegisterDeclaration
from integrations.handling import Handler

_handlers: dict[str, Handler] = {}


@cache
def _found() -> tuple[ProviderDeclaration | VatRegisterDeclaration, ...]:
    found = []
    for folder in sorted(pkgutil.iter_modules(folders.__path__)):
        if folder.ispkg:
            found.append(importlib.import_module(f"{folders.__name__}.{folder.name}.provider").PROVIDER)
    return tuple(found)


def providers() -> tuple[ProviderDeclaration, ...]:
    """Every provider that a company connects to, by key."""
    return tuple(declaration for declaration in _found() if isinstance(declaration, ProviderDeclaration))


def provider(key: str) -> ProviderDeclaration:
    """The provider of that key; LookupError when there is none."""
    return {declaration.key: declaration for declaration in providers()}[key]


def vat_register() -> VatRegisterDeclaration:
    """The register that VAT numbers are looked up in."""
    return next(declaration for declaration in _found() if isinstance(declaration, VatRegisterDeclaration))


def handle(capability: str, handler: Handler) -> None:
    """Make `handler` the one that works for providers of this capability."""
    _handlers[capability] = handler


def handler(key: str) -> Handler:
    """Who works for the provider of that key."""
    return _handlers[provider(key).capability]
