"""Look-alikes of SendGrid, Africa's Talking and a webhook's receiver."""

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.sandbox.inbox import Fault, Inbox

Handler = Callable[[web.Request], Awaitable[web.Response]]
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_COST = 0.8


def routes(inbox: Inbox) -> list[web.RouteDef]:
    """Return the doors of all providers."""
    return [
        web.post("/v3/mail/send", _sendgrid(inbox)),
        web.post("/version1/messaging", _africastalking(inbox)),
        web.post("/webhook/{name}", _webhook(inbox)),
    ]


def _sendgrid(inbox: Inbox) -> Handler:
    async def send(request: web.Request) -> web.Response:
        if refused := await _failure(inbox.next_fault("sendgrid")):
            return refused
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            return _errors(401, "The provided authorization grant is invalid, expired, or revoked")
        try:
            mail = await request.json()
            messages = _mails(mail)
        except (ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
            return _errors(400, f"Bad Request: {error!r}")
        for to, subject, body in messages:
            inbox.keep("email", to, subject=subject, body=body, raw=mail)
        return web.Response(status=202, headers={"X-Message-Id": secrets.token_urlsafe(16)})

    return send


def _mails(mail: dict[str, Any]) -> list[tuple[str, str, str]]:
    if not mail["from"]["email"] or not mail["personalizations"]:
        raise ValueError("from and personalizations are required")
    contents = {content["type"]: content["value"] for content in mail["content"]}
    body = contents.get("text/plain") or next(iter(contents.values()))
    return [
        (recipient["email"], personal.get("subject") or mail["subject"], body)
        for personal in mail["personalizations"]
        for recipient in personal["to"]
    ]


def _errors(status: int, message: str) -> web.Response:
    body = {"errors": [{"message": message, "field": None, "help": None}]}
    return web.json_response(body, status=status)


def _africastalking(inbox: Inbox) -> Handler:
    async def send(request: web.Request) -> web.Response:
        fault = inbox.next_fault("africastalking")
        if refused := await _failure(fault):
            return refused
        if not request.headers.get("apiKey"):
            return web.Response(status=401, text="The supplied authentication is invalid")
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not all(form.get(name) for name in ("username", "to", "message")):
            return web.Response(status=400, text="Must have username, to and message")
        numbers = [number.strip() for number in form["to"].split(",")]
        recipients = [_recipient(number, fault) for number in numbers]
        for recipient in recipients:
            if recipient["status"] == "Success":
                to = recipient["number"]
                inbox.keep("sms", to, subject="", body=form["message"], raw=form)
        return web.json_response({"SMSMessageData": _summary(recipients)}, status=201)

    return send


def _recipient(number: str, fault: Fault | None) -> dict[str, Any]:
    code, status = (101, "Success") if _NUMBER.fullmatch(number) else (403, "InvalidPhoneNumber")
    if fault and fault.mode == "recipient":
        code, status = fault.status, fault.reason
    sent = status == "Success"
    return {
        "statusCode": code,
        "number": number,
        "status": status,
        "cost": f"KES {_COST:.4f}" if sent else "0",
        "messageId": f"ATXid_{secrets.token_hex(16)}" if sent else "None",
        "messageParts": 1 if sent else 0,
    }


def _summary(recipients: list[dict[str, Any]]) -> dict[str, Any]:
    sent = sum(recipient["status"] == "Success" for recipient in recipients)
    told = f"Sent to {sent}/{len(recipients)} Total Cost: KES {sent * _COST:.4f}"
    return {"Message": told, "Recipients": recipients}


def _webhook(inbox: Inbox) -> Handler:
    async def receive(request: web.Request) -> web.Response:
        if refused := await _failure(inbox.next_fault("webhook")):
            return refused
        text = await request.text()
        raw = {"headers": dict(request.headers), "body": _json(text)}
        inbox.keep("webhook", request.match_info["name"], subject="", body=text, raw=raw)
        return web.json_response({"received": True})

    return receive


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _failure(fault: Fault | None) -> web.Response | None:
    if fault is None or fault.mode == "recipient":
        return None
    if fault.mode == "timeout":
        await asyncio.sleep(fault.seconds)
    waiting = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.Response(status=fault.status, text="the sandbox was told to fail", headers=waiting)
