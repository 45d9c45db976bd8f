"""Starts the action server: rasa-sdk's application, on the loopback address, in one process.

Differs from `python -m rasa_sdk` in seven things, each on purpose:
- it listens on 127.0.0.1 only (the SDK listens on every address unless SANIC_HOST is set);
- one process instead of four (the SDK's worker manager costs 200 MB and 3 s of start-up);
- the records are loaded and checked before the port opens, so that the first investor does not wait for it
  and a faulty knowledge base stops the start with its findings;
- an action call may bring the vector of its message, which the Rasa server has made already (`bot.repairs`);
- a call that nobody waits for any more, since this process was held up, is passed over: the investor was told that
  nothing came of it, and says it again;
- `POST /feedback` takes what an investor thought of a reply; channels pass it on, nobody else can reach it;
- a failed action answers without a copy of the request: the SDK echoes the whole conversation, and the Rasa
  server would write it to its log.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from typing import Any

import jieba
import msgspec
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty, json

from actions.investor.feedback import Feedback, give_feedback
from actions.wiring import knowledge, leads
from deploy.records import digest
from deploy.settings import Ports
from knowledge.errors import KnowledgeError
from leads.errors import LeadsError, NotFound, StoreDamaged

logger = logging.getLogger(__name__)


class _Executor(ActionExecutor):
    async def run(self, action_call: dict[str, Any]) -> dict[str, Any] | None:
        if _is_late(action_call):
            return None
        _take_vector(action_call)
        action_call.setdefault("domain", {})  # the Rasa server does not send it (endpoints.yml); the SDK insists on one
        answer: dict[str, Any] | None = await super().run(action_call)
        return answer


def _is_late(call: dict[str, Any]) -> bool:
    """Whether its caller has given up. Both processes run on one machine and have one clock."""
    until = call.get("wanted_until")
    late = isinstance(until, int | float) and time.time() > until
    if late:
        logger.warning("a call of %s came too late and was passed over", call.get("next_action"))
    return late


def _take_vector(call: dict[str, Any]) -> None:
    """Take over the vector that came along; whatever is wrong with it, the message is embedded here then."""
    vector, message = call.get("vector"), (call.get("tracker") or {}).get("latest_message") or {}
    if isinstance(vector, dict) and isinstance(message.get("text"), str):
        knowledge().take_vector(message["text"], str(vector.get("embedder")), str(vector.get("packed")))


def _registration() -> str:
    """ "ok", or why nobody can register now and what is to be done about it."""
    try:
        leads().state_of("readiness")
    except StoreDamaged:
        return "线索库的文件损坏，暂不能登记：停下服务，用备份恢复（docs/runbook.md“备份”），再启动"
    except LeadsError:
        return "线索库连不上或没有准备好，暂不能登记：检查 LEADS_DATABASE、数据库和磁盘"
    return "ok"


def application(package: str = "actions") -> Sanic[Any, Any]:
    """The SDK's application with all Action classes of a package."""
    executor = _Executor()
    executor.register_package(package)
    app: Sanic[Any, Any] = create_app(executor, cors_origins=None)

    @app.on_response
    async def without_conversation(request: Request, response: HTTPResponse) -> HTTPResponse | None:
        if response.status >= 500:
            return json({"error": "the action failed, see the log of the action server"}, response.status)
        return None

    @app.post("/feedback")
    async def feedback(request: Request) -> HTTPResponse:
        try:
            given = msgspec.json.decode(request.body, type=Feedback)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return json({"error": "要有 sender、turn（文字）和 helpful（true 或 false），reason 最多 200 字"}, 400)
        try:
            await asyncio.to_thread(give_feedback, given)
        except NotFound as error:
            return json({"error": str(error)}, 404)
        except LeadsError:
            return json({"error": "线索库暂时不可用，评价没有保存，请稍后再试"}, 503)
        return empty(204)

    @app.get("/records")
    async def records(request: Request) -> HTTPResponse:
        registration = await asyncio.to_thread(_registration)
        return json({"digest": digest(knowledge().catalogue), "registration": registration}, ensure_ascii=False)

    return app


def main() -> int:
    """Load the records, then serve until told to stop."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL") or "INFO", format="%(levelname)s %(name)s: %(message)s")
    jieba.setLogLevel(logging.WARNING)
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
    try:
        knowledge()
    except KnowledgeError as error:
        print(f"知识库没有通过检查，动作服务不启动：\n{error}", file=sys.stderr)
        return 1
    port = Ports.of(os.environ).actions
    logger.info("listening on 127.0.0.1:%s", port)
    application().run(host="127.0.0.1", port=port, single_process=True, motd=False, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
