"""Who works here: people (User), the tenant (Company), who belongs to which and at what rates (Membership), API tokens,
and the way in: sign-ups, invitations and the second step.

Membership, ApiToken and Invitation are unscoped routing tables: they are read before a company is known.
"""
