"""The OpenAPI 3.1 document, derived from what the endpoints declare: nothing is written twice.

`schema` describes an operation, `resources` a `Resource` and its fields, `parts` what all of them share, `samples` what
the examples show, `words` how things are called, `generator` puts the document together. What a view may declare for
it stands in `core.api.views.ApiView`.
"""
