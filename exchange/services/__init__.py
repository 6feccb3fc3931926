"""Preparing an import, running it, undoing it; `exporting` makes the files that go out."""
