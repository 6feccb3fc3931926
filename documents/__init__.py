"""The document engine: one table for every kind of document, five verbs, a frozen state, and printing.

Kinds are declared by the apps above (`kinds.py` there). Services: `drafting`, `issuing`, `crediting`, `printing`,
`annexing`; `calculation` is pure arithmetic. An issued document is frozen by database triggers (`freezing`).
"""
