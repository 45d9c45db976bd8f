"""One answer for every push, whatever happens between the platform, this process and the next one.

The platform waits five seconds and asks three times. One task answers a push; its tries join it. The reply goes out by
exactly one way, decided once in the ledger: as the passive reply to a try that is still waiting, or, where none waits
in time, by a message of our own. A push whose process died is answered by the try that follows, or, where none
follows, by `resume`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Dict, List, Set
from weakref import WeakValueDictionary

import structlog

from bot.channels.ledger import Ledger, State
from bot.channels.wechat import wording
from bot.channels.wechat.incoming import Incoming
from bot.channels.wechat.outbox import Outbox
from bot.channels.wechat.rendering import LONGEST, chosen, parts_of, rendered, safe
from bot.channels.wechat.turnstile import Turnstile

PASSIVE, SERVICE = "passive", "service"
IN_TIME = 4.5
"""Seconds until a try gets its answer; the platform hangs up after 5."""
_NEXT_TRY = 6.5
"""Seconds within which the next try would have come after one that was hung up."""
_ALL_TRIES = 16.0
"""Seconds after which the platform has given up a push."""
_LOOK = 0.05
_AT_ONCE = 6
"""Turns that run together; more only make each other late, since two processes do the work."""
_CHOICES_SECONDS = 24 * 3600.0
structlogger = structlog.get_logger()

Take = Callable[[str, str, str], Awaitable[List[Dict[str, Any]]]]
"""Sender, text and from where the sender came to the messages of a turn; never raises."""


class Turns:
    """One platform's conversations."""

    def __init__(
        self,
        channel: str,
        ledger: Ledger,
        outbox: Outbox,
        take: Take,
        *,
        cards: bool = False,
        in_time: float = IN_TIME,
        next_try: float = _NEXT_TRY,
        all_tries: float = _ALL_TRIES,
        at_once: int = _AT_ONCE,
    ) -> None:
        """`cards`: whether the account may send a card with the source's page. The rest: seconds, see above."""
        self._channel, self._ledger, self._outbox, self._take, self._cards = channel, ledger, outbox, take, cards
        self._in_time, self._next_try, self._all_tries = in_time, next_try, all_tries
        self._tasks: Dict[str, "asyncio.Task[List[Dict[str, Any]]]"] = {}
        self._tries: Dict[str, List[object]] = {}
        self._turnstile = Turnstile(at_once)
        self._order: "WeakValueDictionary[str, asyncio.Lock]" = WeakValueDictionary()
        self._background: Set["asyncio.Task[None]"] = set()

    async def answer(self, push: Incoming) -> str:
        """The text of the passive reply to one try; empty where there is nothing to say, or not this way."""
        task, this, over = self._task_of(push), object(), False
        tries = self._tries.setdefault(push.key, [])
        tries.append(this)
        try:
            await asyncio.sleep(0.002)  # a try that was hung up while it waited for us is noticed here
            parts = await asyncio.wait_for(asyncio.shield(task), self._in_time)
            over = True
            # Where a later try is waiting too, the platform listens to that one.
            return self._passive(push, parts) if tries[-1] is this else ""
        except TimeoutError:
            over = True
            return self._too_late(push)
        finally:
            tries.remove(this)
            if not tries:
                self._tries.pop(push.key, None)
                if not over:
                    self._spawn(self._left_alone(push))

    async def resume(self) -> None:
        """Answer what a dead process has left; no try will follow for these, or it has come by now."""
        for left in self._ledger.left_open(self._channel):
            push = Incoming(left.key, left.sender, **left.about)
            patience = left.at + self._all_tries - self._ledger.now()
            self._spawn(self._take_over(push, max(0.0, patience)))

    def forget(self, sender: str) -> None:
        """Forget what was said to somebody and how to reach him."""
        for name in (self._channel, self._rest):
            self._ledger.forget_sender(name, sender)

    async def settled(self) -> None:
        """Wait until nothing goes on in the background; for tests."""
        while waiting := [*self._background, *self._tasks.values()]:
            await asyncio.wait(waiting)
        await self._outbox.settled()

    @property
    def _rest(self) -> str:
        return f"{self._channel}:rest"

    def _task_of(self, push: Incoming) -> "asyncio.Task[List[Dict[str, Any]]]":
        task = self._tasks.get(push.key)
        if task is None:
            task = self._tasks[push.key] = asyncio.create_task(self._work(push))
            task.add_done_callback(lambda _: self._tasks.pop(push.key, None))
        return task

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # One push

    async def _work(self, push: Incoming) -> List[Dict[str, Any]]:
        """The parts of the reply, made by us or by whoever had the push before."""
        order = self._order.setdefault(push.sender, asyncio.Lock())
        while True:  # claimed before it waits for anything: from here on a death does not lose it
            claim = self._ledger.claim(self._channel, push.key, push.sender, push.kept())
            if claim.state is State.DONE:
                return claim.reply
            if claim.state is State.NEW:
                break
            await asyncio.sleep(_LOOK)  # another worker is at it
        async with order, self._turnstile.passing(push.at):
            try:
                parts = await self._turn(push)
            except Exception:  # a fault of ours: the investor is told, and the log says where
                structlogger.exception("push.failed", channel=self._channel)
                parts = [{"text": wording.FAILED}]
            self._ledger.finish(self._channel, push.key, parts)
            return parts

    async def _turn(self, push: Incoming) -> List[Dict[str, Any]]:
        if push.left:
            self.forget(push.sender)
            return []
        self._outbox.heard_of(push.sender, push.open_id, push.account, push.allowance)
        if push.say:
            return await self._said(push)
        return [{"text": push.tell}] if push.tell else []

    async def _said(self, push: Incoming) -> List[Dict[str, Any]]:
        said = push.say
        if said in wording.MORE and (rest := self._ledger.since(self._rest, push.sender)):
            self._ledger.acknowledge(self._rest, push.sender, rest[0].number)
            return [rest[0].body]
        said = chosen(said, self._ledger.noted(self._channel, push.sender, "choices")) or said
        if said == wording.READ_LATER:
            return await self._later(push.sender)
        if self._outbox.permitted():
            self._outbox.kick(push.sender)
        messages = await self._take(push.sender, said, push.source)
        waiting = not self._outbox.permitted() and self._ledger.since(self._channel, push.sender)
        reply = rendered(messages, (wording.READ_LATER,) if waiting else ())
        for old in self._ledger.since(self._rest, push.sender):
            self._ledger.acknowledge(self._rest, push.sender, old.number)  # who asks on has read enough
        if reply.erased:
            self.forget(push.sender)
            # The answer to the erasing itself may still have to be sent.
            self._outbox.heard_of(push.sender, push.open_id, push.account, push.allowance)
        parts: List[Dict[str, Any]] = [{"text": part} for part in parts_of(push.tell + reply.said, listed=reply.listed)]
        if parts:  # they stand in the last one: before it is read, a number means nothing
            parts[-1]["choices"] = reply.choices
        return parts + [{"card": card} for card in (reply.cards if self._cards else ())]

    async def _later(self, sender: str) -> List[Dict[str, Any]]:
        """What waited for this message."""
        frame = await self._outbox.fetch(sender)
        if frame is None:
            return [{"text": wording.NOTHING_LATER}]
        told = f"{frame.body.get('text', '')}\n{wording.WAITING}"
        if len(told.encode()) <= LONGEST and self._ledger.since(self._channel, sender):
            frame.body["text"] = told
        return [frame.body]

    # The way out

    def _passive(self, push: Incoming, parts: List[Dict[str, Any]]) -> str:
        """Settle on the passive reply; what does not fit into it waits for 更多, a card is sent."""
        several = len(parts) > 1
        if self._ledger.settle(self._channel, push.key, PASSIVE, close=not several) != PASSIVE:
            return ""
        if several:
            self._keep_rest(push, parts)
        self._offer(push.sender, (parts[0].get("choices") if parts else None) or {})
        return str(parts[0]["text"]) if parts else ""

    def _too_late(self, push: Incoming) -> str:
        """Settle on a message of our own; an account that may not send one says how the answer is fetched."""
        if self._ledger.settle(self._channel, push.key, SERVICE) != SERVICE:
            return ""
        self._spawn(self._send(push))
        if self._outbox.permitted():
            return ""
        self._offer(push.sender, {"1": wording.READ_LATER})
        return wording.BUSY

    def _offer(self, sender: str, choices: Dict[str, str]) -> None:
        """What a typed number stands for from now on."""
        if choices or self._ledger.noted(self._channel, sender, "choices"):
            self._ledger.note(self._channel, sender, "choices", choices or None, _CHOICES_SECONDS)

    def _keep_rest(self, push: Incoming, parts: List[Dict[str, Any]]) -> None:
        for number, part in enumerate(parts[1:], 1):
            name = self._channel if "card" in part else self._rest
            self._ledger.append(name, push.sender, f"{push.key}:{number}", part)
        self._ledger.close(self._channel, push.key)
        if self._outbox.permitted() and any("card" in part for part in parts):
            self._outbox.kick(push.sender)

    async def _send(self, push: Incoming) -> None:
        """Send the reply by messages of our own, once it is there."""
        parts = await asyncio.shield(self._task_of(push))
        for number, part in enumerate(parts):
            text = part.get("text", "").removesuffix(f"\n{wording.MORE_HINT}")
            self._ledger.append(
                self._channel, push.sender, f"{push.key}:{number}", {**part, "text": text} if text else part
            )
        if parts and self._outbox.permitted():
            self._offer(push.sender, next((part["choices"] for part in parts if part.get("choices")), {}))
        self._ledger.close(self._channel, push.key)
        self._outbox.kick(push.sender)

    async def _left_alone(self, push: Incoming) -> None:
        """Nobody waits for the reply any more: where it was not taken and no try follows, it is sent."""
        await asyncio.sleep(self._next_try)
        if push.key not in self._tries:
            await self._take_over(push, 0.0)

    async def _take_over(self, push: Incoming, patience: float) -> None:
        await asyncio.sleep(patience)
        if not self._ledger.is_open(self._channel, push.key) or push.key in self._tries:
            return
        if self._ledger.settle(self._channel, push.key, SERVICE) == SERVICE:
            await self._send(push)
        else:
            self._keep_rest(push, await asyncio.shield(self._task_of(push)))

    # Officers

    def tell(self, sender: str, key: str, text: str) -> None:
        """Put an officer's words on their way; the same key again does nothing."""
        for number, part in enumerate(parts_of(safe(text), hint="")):
            self._ledger.append(self._channel, sender, f"push:{key}:{number}", {"text": part.strip()})
        self._outbox.kick(sender)
