"""`python -m integrations.providers.climapulse.sandbox --port 8001 --data DIR`."""

import argparse
import sys
from pathlib import Path

from integrations.providers.climapulse.sandbox import server


def main() -> int:
    """Serve until a signal; 1 and one line on standard error when that cannot begin."""
    parser = argparse.ArgumentParser(prog="climapulse-sandbox", description="Plays Climapulse on this machine.")
    parser.add_argument("--port", type=int, default=8001, help="port on 127.0.0.1, 0 for any free one (8001)")
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps its database")
    parser.add_argument("--company", help="name on the account (Frigotech SRL)")
    arguments = parser.parse_args()
    try:
        server.run(port=arguments.port, data=arguments.data, company=arguments.company)
    except server.CannotStart as reason:
        sys.stderr.write(f"Climapulse sandbox: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
