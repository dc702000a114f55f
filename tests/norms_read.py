"""Norms and phrases, read and made ready before processes are forked that would each do so again."""

from __future__ import annotations

from console.bootstrap import standard_phrases
from console.phrases import compile_phrases
from tests.domain.walks import history
from tests.store.workbench import ingest, made

compile_phrases(standard_phrases()).scan("", "so")
events = history(1)
ingest(made(), events, max(event.time for event in events))
