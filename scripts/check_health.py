"""A container's health check: asks /healthz of this or the named host, under the public name that Django insists on."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main(host: str = "127.0.0.1") -> int:
    port = os.environ.get("PORT") or "8000"
    public = urlsplit(os.environ.get("EFACTORI_URL") or f"http://127.0.0.1:{port}")
    request = urllib.request.Request(f"http://{host}:{port}/healthz", headers={"Host": public.netloc})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - http, to our own
            print(answer.read().decode())
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode())
    except OSError as error:
        print(error)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
