"""Processes that are forked from one server which has everything loaded: a few milliseconds each, where an
interpreter of its own takes most of a second. Killed, they are as dead as any other."""

from __future__ import annotations

import multiprocessing

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "tests.norms_read",
        "tests.store.store_worker",
        "tests.serve.daemon_kit",
        "phonenumbers",
        "aiosqlite",
        "h11",
        "console.cli.serve",
        "console.serve.daemon",
        "console.serve.journal",
        "console.serve.http_config",
        "console.feeds.http",
        "tests.cli.rings_command",
        "console.bootstrap",
        "console.cli.ingest",
        "console.cli.breaches",
        "console.cli.explain",
        "console.cli.status",
        "console.cli.site",
        "console.cli.phrases",
        "console.cli.norms",
        "console.cli.watch",
        "console.cli.ack",
    ]
)
