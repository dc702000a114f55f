"""Whom an item may be given to: the best first, with what makes them so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.domain.lengths import lag, seconds
from console.service.model import AgentView, Claim, QueueRow
from widgets.picker import Choice

if TYPE_CHECKING:
    from console.domain.appointments import FieldJob
    from console.domain.instants import Millis
    from console.screens.words import Words
    from console.service.offering import Offers

NAMED = 2
"""Of several so many are named; the rest are a number."""

_RANKS = {"available": 0, "wrap-up": 1, "": 5, "break": 6, "offline": 7}
"""How soon somebody in a state can take something; a queue stands after those who can at once."""

_CLAIM = -1
_UNTOLD = 2
"""Of whom no feed tells what they do, where the item is of their queue: in the field and at many desks that
is everybody, and there may be more queues than a screen has lines."""
_QUEUE = 3
_BUSY = 4
_UNSURE = 5
_CLASHES = 8
_OVERLOADED = 9


def choices(
    words: Words,
    offers: Offers,
    rows: Sequence[QueueRow],
    now: Millis,
    claims: Sequence[Claim] = (),
) -> list[Choice]:
    """Everybody and every queue: who has a claim first and with its reason, then those free with the least
    open work, of the item's own queue before others; whose appointments clash with it, and who has too
    much to do, are last, whatever their claim."""
    say, people = words.say, list(offers.agents)
    claimed = {claim.agent: number for number, claim in enumerate(claims)}
    known = {agent.id for agent in people}
    people += [
        AgentView(claim.agent, words.person(claim.agent), "", None, "", (), (), 0)
        for claim in claims
        if claim.agent not in known
    ]
    wanted = {row.queue for row in rows}
    ranked: list[tuple[tuple[object, ...], Choice]] = []
    for agent in people:
        rank = _RANKS.get(agent.state, _BUSY)
        if offers.unsure(agent):
            rank = max(rank, _UNSURE)
        if agent.overload:
            rank = _OVERLOADED
        foreign = bool(agent.queues) and not wanted & set(agent.queues)
        if not agent.state and wanted & set(agent.queues) and rank < _OVERLOADED:
            rank = _UNTOLD
        clash = clash_words(words, offers.jobs.clashes(agent.id), now)
        choice = _person(words, offers, agent, rows, now, clash)
        if clash and rank < _CLASHES:
            rank = _CLASHES
        if agent.id in claimed:
            why = _why(words, claims[claimed[agent.id]])
            has_it = choice.disabled_reason and f"{choice.disabled_reason} · {why}"
            note = " · ".join(filter(None, (clash, _overload(words, agent), why)))
            choice = replace(choice, note=note, disabled_reason=has_it)
            rank = rank if clash or agent.overload else _CLAIM
            ranked.append(((rank, claimed[agent.id]), choice))
        else:
            ranked.append(((rank, len(claims), foreign, agent.open, agent.name), choice))
    # Where nothing waits, people may work all the same: there a call is taken at once.
    for queue in dict.fromkeys((*offers.queues, *(queue for agent in people for queue in agent.queues))):
        free = sum(
            queue in agent.queues and agent.state == "available" and not offers.unsure(agent)
            for agent in people
        )
        choice = Choice(
            f"#{queue}",
            say("dialog.give.queue", queue=queue),
            (say("dialog.give.free", n=free),),
            note=_wait(words, offers, queue, now),
            disabled_reason=say("dialog.give.has_it") if _all_in(rows, queue) else "",
        )
        ranked.append(((_QUEUE, queue not in wanted, -free, queue), choice))
    ranked.sort(key=lambda pair: pair[0])
    return [choice for _, choice in ranked]


def destination(choice: str) -> dict[str, Any]:
    """The data of a command that gives to what was chosen."""
    return {"to_queue": choice[1:]} if choice.startswith("#") else {"to": choice}


def clash_words(words: Words, jobs: Sequence[FieldJob], now: Millis) -> str:
    """What of somebody's overlaps what they would be given; empty where nothing does."""
    return words.say("price.clash", what=job_words(words, jobs, now)) if jobs else ""


def job_words(words: Words, jobs: Sequence[FieldJob], now: Millis) -> str:
    """The first jobs with their times, and how many more there are."""
    named = []
    for job in jobs[:NAMED]:
        times = [words.times.minute(at, now) for at in (job.start, job.end) if at is not None]
        named.append(" ".join((job.id.rpartition("/")[2], "–".join(dict.fromkeys(times)))).strip())
    if len(jobs) > NAMED:
        named.append(words.say("price.more", n=len(jobs) - NAMED))
    return words.say.several(named)


def _person(
    words: Words, offers: Offers, agent: AgentView, rows: Sequence[QueueRow], now: Millis, clash: str
) -> Choice:
    state = words.say.word("agent", agent.state) if agent.state else words.marks.nobody
    if offers.unsure(agent):
        state += " ?"
    elif agent.since is not None:
        state += f" {lag(now - agent.since)}"
    has_it = all((row.asked or row.owner) == agent.id for row in rows)
    return Choice(
        agent.id,
        agent.name,
        (state, words.say("dialog.give.open", n=agent.open), " ".join(agent.languages)),
        note=" · ".join(filter(None, (clash, _overload(words, agent)))) or " ".join(agent.queues),
        disabled_reason=words.say("dialog.give.has_it") if has_it else "",
        aka=agent.id,
    )


def _overload(words: Words, agent: AgentView) -> str:
    """That somebody has too much to do, where they have."""
    return words.say(f"people.overload.{agent.overload}", n=agent.calls) if agent.overload else ""


def _wait(words: Words, offers: Offers, queue: str, now: Millis) -> str:
    """How long whoever waits longest in a queue has been there."""
    calls = offers.calls.get(queue)
    if calls is None or calls.since is None:
        return ""
    return words.say("price.longest", time=seconds(now - calls.since))


def _why(words: Words, claim: Claim) -> str:
    of = claim.of.rpartition("/")[2] if claim.why == "first" else claim.of
    return words.say(f"dialog.give.{claim.why}", of=of)


def _all_in(rows: Sequence[QueueRow], queue: str) -> bool:
    return all(row.queue == queue and row.owner is None and row.asked is None for row in rows)
