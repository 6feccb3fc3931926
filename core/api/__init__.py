"""What every endpoint of the REST API shares: strict input, problem documents, cursors, ETags, repeatable POSTs.

Endpoints stand in each app's `api.py`: a `Resource` says what an object looks like, a view built on `views.ApiView`
asks a service and answers. Nothing here knows a business object or a table.
"""
