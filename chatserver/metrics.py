"""What Prometheus asks for, over HTTP: /metrics, and /health for whoever looks whether the server is there.

The names stand in `docs/operating.rst`. They follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily as Counter,
    GaugeMetricFamily as Gauge,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site
from twisted.web.static import Data

from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.language.deeds import Deed
from chatserver.protocols.factory import ChatFactory
from chatserver.protocols.meter import Histogram, TimedTurn

_log = Logger()

TIMEOUT_SECONDS = 60
"""So long a connection may be silent; Prometheus asks again after 15 seconds or so."""


class ChatCollector(Collector):
    """Shows what is counted anyway. Takes no longer the more users there are, but for those who are away or flood."""

    def __init__(self, switchboard: LocalSwitchboard, factory: ChatFactory, turn: TimedTurn) -> None:
        self._switchboard = switchboard
        self._factory = factory
        self._turn = turn

    def collect(self) -> Iterable[Metric]:
        meter, counts = self._factory.meter, self._factory.refusals.counts
        users = {status.name.lower(): number for status, number in self._switchboard.census.items()}
        lines = {deed.name.lower(): number for deed, number in meter.lines.items() if deed is not Deed.NOTHING}
        refused, cut = (
            {reason: number for (kind, reason), number in counts.items() if kind == event}
            for event in ("refused", "cut")
        )
        waiting = sum(inbox.waiting_lines for inbox in meter.waiting)
        yield Gauge(
            "chatserver_connections", "Open connections, with a name or without.", len(self._factory.connections)
        )
        yield _filled(users, Gauge("chatserver_users", "Users with a name.", labels=["status"]))
        yield Gauge("chatserver_sessions", "Sessions of two users.", users["busy"] // 2)
        yield _filled(lines, Counter("chatserver_lines", "Lines typed, by what was done about them.", labels=["kind"]))
        yield Gauge("chatserver_waiting_lines", "Lines that wait for their sender's pace, or reading.", waiting)
        yield Counter("chatserver_received_bytes", "Bytes that arrived.", meter.received)
        yield Counter("chatserver_sent_bytes", "Bytes of what users were told.", self._turn.sent)
        yield _filled(refused, Counter("chatserver_refused", "Newcomers who were sent away.", labels=["reason"]))
        yield _filled(cut, Counter("chatserver_cut", "Users who were made to leave.", labels=["reason"]))
        yield _histogram("chatserver_login_seconds", "From the connection to the name.", meter.logins)
        yield _histogram(
            "chatserver_flush_seconds", "What the end of a turn takes, in which lines go out.", self._turn.flushes
        )


def _filled(values: Mapping[str, int], family: Gauge | Counter) -> Metric:
    for label, value in values.items():
        family.add_metric([label], value)
    return family


def _histogram(name: str, help: str, histogram: Histogram) -> Metric:
    buckets = zip([*map(str, histogram.bounds), "+Inf"], accumulate(histogram.counts), strict=True)
    return HistogramMetricFamily(name, help, list(buckets), histogram.sum)


class _Metrics(Resource):
    """The process's own figures are found out in a thread: to count 10,000 open files takes 4 ms."""

    isLeaf = True

    def __init__(self, collector: ChatCollector, reactor: Any) -> None:
        super().__init__()
        self._reactor = reactor
        self._chat = CollectorRegistry(auto_describe=False)
        self._chat.register(collector)
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)

    def render_GET(self, request: Request) -> int:
        gone: list[Failure] = []
        request.notifyFinish().addErrback(gone.append)
        chat = generate_latest(self._chat)
        process = deferToThreadPool(self._reactor, self._reactor.getThreadPool(), generate_latest, self._process)

        def answer(process: bytes) -> None:
            if not gone:
                request.setHeader(b"content-type", CONTENT_TYPE_LATEST.encode())
                request.write(chat + process)
                request.finish()

        process.addCallback(answer).addErrback(lambda bug: _log.failure("a bug in the metrics", bug))
        return NOT_DONE_YET


class MetricsSite(Site):
    """The pages. That somebody has asked for one is no news."""

    def log(self, request: object) -> None:
        """Keep silent."""


def metrics_site(collector: ChatCollector, reactor: Any) -> Site:
    """The pages of a server, of which `collector` knows the figures."""
    root = Resource()
    root.putChild(b"metrics", _Metrics(collector, reactor))
    root.putChild(b"health", Data(b"ok\n", "text/plain"))
    return MetricsSite(root, timeout=TIMEOUT_SECONDS, reactor=reactor)
