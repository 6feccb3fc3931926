"""What happened and what still has to happen.

Events are the audit trail, the timeline and the outbox, written in the caller's transaction. Jobs are rows that say
what must still run; Celery carries them and a sweep heals what a killed worker left. Idempotency keys remember answers.
Companies and actors are plain UUID columns here, since the apps that define them stand above.
"""
