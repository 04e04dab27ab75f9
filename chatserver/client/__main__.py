"""`chat-client` and `python -m chatserver.client`: picks the face by what stdin and stdout are."""

from __future__ import annotations

import sys
from argparse import Namespace

from chatserver.client.options import Exit, Failed, parse


def main() -> None:
    """Run until the user leaves; exits with one of `Exit`."""
    options = parse()
    try:
        _pipe(options)
    except Failed as failure:
        print(f"chat-client: {failure}", file=sys.stderr)
        sys.exit(failure.status)
    sys.exit(Exit.GOODBYE)


def _pipe(options: Namespace) -> None:
    from twisted.application.internet import ClientService
    from twisted.internet import defer, endpoints, reactor

    from chatserver.client.connection import ConnectionFactory
    from chatserver.client.pipe import PipeFace

    failures: list[BaseException] = []
    face = PipeFace(options.name)
    try:
        endpoint = endpoints.clientFromString(reactor, options.endpoint)
    except Exception as error:
        raise Failed(Exit.USAGE, f"cannot connect to {options.endpoint!r}: {error}") from None
    service = ClientService(endpoint, ConnectionFactory(face))

    async def chat() -> None:
        try:
            await service.whenConnected(failAfterFailures=1)
        except Exception as error:
            failures.append(Failed(Exit.NOT_CONNECTED, f"cannot connect to {options.endpoint}: {error}"))
        else:
            try:
                await face.done
            except Failed as failure:
                failures.append(failure)
        reactor.stop()

    service.startService()
    defer.ensureDeferred(chat())
    reactor.run()
    if failures:
        raise failures[0]


if __name__ == "__main__":
    main()
