"""An import: the file, how it is read, and one row for each of its rows, with what became of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import sheets
from core.sheets import Sheet
from exchange.reading import Reading
from users.tenant import TenantModel


class ImportState(models.TextChoices):
    OPEN = "open", _("In preparation")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Ready to run")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class Outcome(models.TextChoices):
    """What a row does: before the import what it would, after it what it did."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    SKIPPED = "skipped", _("Left out")
    FAILED = "failed", _("Failed")


class Undo(models.TextChoices):
    RESTORED = "restored", _("Restored")
    DELETED = "deleted", _("Deleted")
    ARCHIVED = "archived", _("Archived")
    KEPT = "kept", _("Left as it is")


class Import(TenantModel):
    """`columns` says which place of the file fills which column; files whose headers are the same share `headers_key`.

    `clears`: an empty cell empties the value. `creates`: rows that find nothing become something new.
    """

    sheet_key = models.CharField(max_length=40)
    filename = models.CharField(max_length=200)
    file_key = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    reading = models.JSONField(default=dict)
    headers_key = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=dict)
    clears = models.BooleanField(default=False)
    creates = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.OPEN)
    error = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    undo_counts = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes: ClassVar = [
            models.Index(fields=["company", "-created_at"], name="import_recent"),
            models.Index(fields=["company", "headers_key"], name="import_headers"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def sheet(self) -> Sheet:
        return sheets.get(self.sheet_key)

    @property
    def how(self) -> Reading:
        """The file's reading."""
        return Reading(**self.reading)

    @property
    def is_busy(self) -> bool:
        return self.state in (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)


class ImportRow(TenantModel):
    """A row of the file. `cells` are its texts by column; `changes` and `errors` go by column too, old value first.

    `stamp` is the object's `updated_at` as the import left it, so that an undo sees what came after.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    label = models.CharField(max_length=240)
    cells = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)
    object_id = models.UUIDField(null=True)
    is_applied = models.BooleanField(default=False)
    stamp = models.DateTimeField(null=True)
    undo = models.CharField(max_length=10, choices=Undo, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "line"], name="import_line_once")]
        indexes: ClassVar = [models.Index(fields=["source", "outcome", "line"], name="import_outcome")]

    def __str__(self) -> str:
        return f"{self.line} {self.label}"
