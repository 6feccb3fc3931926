from tests.climapulse import climapulse, running_sandbox, sandbox

__all__ = ["climapulse", "running_sandbox", "sandbox"]
