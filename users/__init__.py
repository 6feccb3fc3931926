"""Who works here: people (User), the tenant (Company), who belongs to which and at what rates (Membership), API tokens.

Membership and ApiToken are the unscoped routing tables: they are read before a company is known.
"""
