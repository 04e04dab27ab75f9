"""The bridge of the client: a reactor, a connection and a face, until the user leaves."""

from __future__ import annotations

import asyncio
import signal
import time
from argparse import Namespace
from contextlib import suppress
from sys import stderr
from typing import Any

from twisted.internet.error import ReactorNotRunning

from chatserver.client.options import Exit, Failed

PATIENCE_SECONDS = 2.0
"""A server gets so long to answer the goodbye of a user who was told to leave by a signal."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Each of these leaves; a second one ends the program at once."""


def run(options: Namespace, terminal: bool) -> None:
    """Chat, as `options` say, with the face of a `terminal` or of a pipe. Raises Failed."""
    loop = asyncio.new_event_loop() if terminal else None
    if loop:
        from twisted.internet import asyncioreactor

        asyncioreactor.install(loop)
    from twisted.internet import reactor as any_reactor

    reactor: Any = any_reactor
    reactor.seconds = time.monotonic  # else it goes by the time of day: set back, no wait would end
    if options.insecure:
        print(
            "chat-client: --insecure: this may not be the server that you mean, and others may read along.", file=stderr
        )
    failures: list[BaseException] = []
    _start(reactor, _endpoint(options, reactor), _face(options, terminal, reactor), failures)
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as it was while the program was loaded
        signal.signal(signal.SIGINT, signal.default_int_handler)  # which is what the reactor replaces
    reactor.run()
    if loop:
        _end_tasks(loop)
    if failures:
        raise failures[0]


def _endpoint(options: Namespace, reactor: Any) -> Any:
    from twisted.internet.endpoints import clientFromString

    try:
        if options.tls:
            from chatserver.client.tls import tls_endpoint

            host, port = options.tls
            return tls_endpoint(reactor, host, port, options.ca, options.insecure)
        return clientFromString(reactor, options.endpoint)
    except (NameError, ImportError):
        raise Failed(Exit.USAGE, "TLS is not installed: pip install 'twistd-chat[tls]'") from None
    except Failed:
        raise
    except Exception as error:  # the parser of each kind of endpoint raises what it likes
        raise Failed(Exit.USAGE, f"cannot connect to {options.endpoint!r}: {error}") from None


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what still waits in `loop`, as asyncio.run does: the terminal may owe prompt_toolkit an answer."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks))
    loop.close()


def _face(options: Namespace, terminal: bool, reactor: Any) -> Any:
    if terminal:
        from chatserver.client.terminal import TerminalFace

        return TerminalFace(options.name, options.bell, options.history, reactor)
    from chatserver.client.pipe import PipeFace

    return PipeFace(options.name)


def _start(reactor: Any, endpoint: Any, face: Any, failures: list[BaseException]) -> None:
    """Connect and let `face` run, as soon as the reactor does; stop the reactor when it has ended."""
    from twisted.application.internet import ClientService
    from twisted.internet.defer import CancelledError, Deferred
    from twisted.python.failure import Failure

    from chatserver.client.connection import ConnectionFactory

    service = ClientService(endpoint, ConnectionFactory(face), face.retry_delay)
    connected, ended = Deferred[None](), Deferred[None]()

    async def chat() -> None:
        service.startService()
        try:
            await service.whenConnected(failAfterFailures=1)
        except CancelledError:  # told to leave before there was a connection
            return
        except Exception as error:
            raise Failed(Exit.NOT_CONNECTED, f"cannot connect: {error}") from None
        connected.callback(None)
        await face.run()

    def end(result: Failure | None) -> None:
        if result and result.value:
            failures.append(result.value)
        ended.callback(None)
        with suppress(ReactorNotRunning):
            reactor.stop()

    def stop() -> Deferred[None]:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        if connected.called:
            face.leave()
        else:
            service.stopService()
        return ended.addTimeout(PATIENCE_SECONDS, reactor).addErrback(lambda _: None)

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(chat()).addBoth(end))
    reactor.addSystemEventTrigger("before", "shutdown", stop)
    signal.signal(signal.SIGHUP, lambda number, frame: reactor.callFromThread(reactor.stop))
