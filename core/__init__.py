"""Ground floor without tables: money, tenancy, ids, identifiers, outgoing HTTP, files, the API's common ground.

Everything may import this app; it imports nothing of the project.
"""
