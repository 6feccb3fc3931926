"""What lies on this machine: files, disk, printing, keys, the built front end and translations."""

import shutil
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from encrypted_fields.fields import EncryptedFieldMixin

from core.tenancy import every_company
from efactori.doctor import Finding, check, fail, ok, warn

GIGABYTE = 1024**3
ENOUGH_BYTES, LITTLE_BYTES = 2 * GIGABYTE, GIGABYTE // 4
ROWS_READ = 50  # per encrypted column
CIPHERTEXT = "gAAAAA"  # how Fernet's tokens begin
PAGE = "<!doctype html><title>Doctor</title><p>1 031,73 €</p>"
FONT = "Invoice"  # as the style sheet of documents calls it


@check("file storage")
def file_storage() -> Finding:
    content = uuid4().bytes
    try:
        name = default_storage.save(f"doctor-{uuid4().hex}", ContentFile(content))
        try:
            with default_storage.open(name) as file:
                same = file.read() == content
        finally:
            default_storage.delete(name)
    except OSError as error:
        return fail(f"takes no file ({error.strerror})", "Mend the rights of the data folder, or free disk.")
    return ok("writes, reads and deletes") if same else fail("reads something else than was written", "Replace it.")


@check("disk")
def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    sentence = f"{free / GIGABYTE:.1f} GB free"
    cure = f"Free some on the disk of {settings.DATA_DIR}."
    if free < LITTLE_BYTES:
        return fail(sentence, cure)
    return warn(sentence, cure) if free < ENOUGH_BYTES else ok(sentence)


@check("printing")
def printing() -> Finding:
    """Sets a page in the fonts of the house; its system libraries are loaded for that."""
    from pikepdf import Dictionary, Pdf

    from documents.rendering import colours, engine, model

    try:
        content = engine.pdf(PAGE, colours.theme_variables(model.PrintTheme()))
    except (OSError, engine.FontsMissing) as error:
        return fail(f"no page is set: {error}", "Install Pango and the fonts: see the Dockerfile, or run `make setup`.")
    with Pdf.open(BytesIO(content)) as printed:
        fonts = [str(part.get("/BaseFont", "")) for part in printed.objects if isinstance(part, Dictionary)]
    if not any(FONT in name for name in fonts):
        return fail("the page lacks the font of the house", "Run `make setup`, which builds the fonts.")
    if engine.harfbuzz_subset is None:  # type: ignore[attr-defined]
        return warn("works, but slowly and with large files", "Install libharfbuzz-subset.")
    return ok("a page comes out in the fonts of the house")


@check("encryption")
def encryption() -> Finding:
    """Reads what was encrypted: with another key than then, it stays ciphertext."""
    columns = [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedFieldMixin)
    ]
    locked = []
    for model, name in columns:
        rows: models.QuerySet[models.Model] = model._base_manager.all()
        with every_company():
            read = list(rows.values_list(name, flat=True)[:ROWS_READ])
        if any(CIPHERTEXT in str(value) for value in read):
            locked.append(f"{model._meta.label}.{name}")
    if locked:
        return fail(
            f"not readable: {', '.join(locked)}",
            "Bring EFACTORI_SECRET_KEY of then back; without it, keys of applications and webhooks are set anew.",
        )
    return ok(f"what lies in {len(columns)} columns can be read")


@check("front end")
def front_end() -> Finding:
    build = Path(settings.BASE_DIR) / "assets" / "build"
    if not (build / "app.css").is_file():
        return fail("not built", "Run `npm run build`.")
    try:
        staticfiles_storage.url("app.css")
    except ValueError:
        return fail("built, but not collected", "Run `manage.py collectstatic`.")
    return ok("built and collected")


@check("translations")
def translations() -> Finding:
    sources = [
        path
        for folder in [*settings.LOCALE_PATHS, *(Path(app.path) / "locale" for app in apps.get_app_configs())]
        if Path(folder).is_relative_to(settings.BASE_DIR)
        for path in Path(folder).rglob("*.po")
        if ".venv" not in path.parts
    ]
    stale = [path for path in sources if not _is_compiled(path)]
    if stale:
        return fail(f"{len(stale)} of {len(sources)} are not compiled", "Run `scripts/compile_translations.py`.")
    return ok(f"{len(sources)} compiled")


def _is_compiled(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime
