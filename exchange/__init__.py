"""Lists as files: what comes in is read, shown, checked and run, and can be undone; what goes out comes back the same.

It knows no product and no customer: apps declare their sheets in `exports.py`, and every write is a call of theirs.
"""
