"""Services that refuse with HTTP 200 and a code in the body, which apprise takes for success: a wrong key, a
word that is missing, too many messages a minute. Nobody would ever know that a message was lost."""

from __future__ import annotations

from contextvars import ContextVar
from importlib import import_module
from typing import Any

CODES = {
    "wecombot": "errcode",  # https://developer.work.weixin.qq.com/document/path/99110
    "dingtalk": "errcode",  # https://open.dingtalk.com/document/orgapp/custom-robot-access
    "feishu": "code",  # https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
    "lark": "code",
    "serverchan": "code",  # https://sct.ftqq.com
    "pushdeer": "code",
}
"""apprise's modules, and the field of the answer that is 0 where the message was taken."""

_said: ContextVar[list[str]] = ContextVar("said")


def listen(plugin: object) -> list[str]:
    """Have this service's answers read from now on; what it refuses with is added to the list."""
    said: list[str] = []
    _said.set(said)
    name = type(plugin).__module__
    field = CODES.get(name.rpartition(".")[2])
    if field is not None:
        module: Any = import_module(name)
        if not isinstance(module.requests, _Listening):
            module.requests = _Listening(module.requests, field)
    return said


class _Listening:
    """The module `requests` as a plugin knows it, but that a refusal in the body is one in the status."""

    def __init__(self, requests: Any, field: str) -> None:
        self._requests = requests
        self._field = field

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *args: Any, **more: Any) -> Any:
        answer = self._requests.post(*args, **more)
        code = _code(answer, self._field)
        if code:
            answer.status_code = self._requests.codes.bad_gateway
            if (said := _said.get(None)) is not None:
                said.append(f"{self._field}_{code}")
        return answer


def _code(answer: Any, field: str) -> int:
    """What the body says, 0 where it says nothing that can be read."""
    try:
        code = answer.json().get(field, 0)
    except (ValueError, AttributeError):
        return 0
    return code if isinstance(code, int) else 0
