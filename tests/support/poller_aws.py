"""As much of AWS over HTTP as a poller's process asks for: a secret, a queue, a table, a bucket."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from aiohttp import web

_LEASES = {"PutItem", "Scan", "DeleteItem"}


class PollerAws:
    """Answers pollers; the lease table can be made to be away."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.items: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, bytes] = {}
        self.leases_away = False
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_post("/{path:.*}", self._answer)
        app.router.add_route("*", "/spool{path:.*}", self._keep)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def told_of(self, device: UUID) -> list[dict[str, Any]]:
        """Return the results of one device, each with the poller that told it."""
        return [
            {**result, "poller": message["poller"]}
            for message in self.messages
            for result in message["results"]
            if result["device_id"] == str(device)
        ]

    def shards(self) -> dict[str, int]:
        """Return how many shards each poller has by the map as it stands."""
        if "shards" not in self.items:
            return {}
        owners = json.loads(self.items["shards"]["owners"]["S"])
        counts = dict.fromkeys(owners["names"], 0)
        for place in owners["shards"]:
            counts[owners["names"][place]] += 1
        return counts

    def pollers(self) -> set[str]:
        """Return the pollers whose heartbeats stand in the table."""
        return {key.removeprefix("poller#") for key in self.items if key.startswith("poller#")}

    async def _answer(self, request: web.Request) -> web.Response:
        asked = await request.json()
        action = request.headers.get("X-Amz-Target", "").partition(".")[2]
        if action in _LEASES:
            return self._lease(action, asked)
        match action:
            case "GetSecretValue":
                secret = {"username": "netpulse_system", "password": "unused"}
                return _json({"Name": asked["SecretId"], "SecretString": json.dumps(secret)})
            case "SendMessage":
                self.messages.append(json.loads(asked["MessageBody"]))
                return _json({"MessageId": "1"})
            case _:
                # devices that other tests left behind in the database have sealed credentials
                return _refusal("AccessDeniedException")

    def _lease(self, action: str, asked: dict[str, Any]) -> web.Response:
        if self.leases_away:
            return web.json_response({"__type": "InternalServerError"}, status=500)
        match action:
            case "Scan":
                items = list(self.items.values())
                return _json({"Items": items, "Count": len(items), "ScannedCount": len(items)})
            case "PutItem":
                key = asked["Item"]["pk"]["S"]
                now = self.items.get(key)
                values = asked.get("ExpressionAttributeValues")
                if now and values and now["version"] != values[":before"]:
                    return _refusal("ConditionalCheckFailedException")
                self.items[key] = asked["Item"]
            case _:
                key = asked["Key"]["pk"]["S"]
                values = asked.get("ExpressionAttributeValues")
                now = self.items.get(key)
                if now and values and int(now["beat"]["N"]) > int(values[":beat"]["N"]):
                    return _refusal("ConditionalCheckFailedException")
                self.items.pop(key, None)
        return _json({})

    async def _keep(self, request: web.Request) -> web.Response:
        name = request.match_info["path"].lstrip("/")
        if request.method == "PUT":
            self.objects[name] = await request.read()
            return web.Response(headers={"ETag": '"1"'})
        if request.method == "DELETE":
            self.objects.pop(name, None)
            return web.Response(status=204)
        if "list-type" in request.query:
            found = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in self.objects)
            return web.Response(
                text=f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>",
                content_type="application/xml",
            )
        return web.Response(body=self.objects[name])


def _json(body: dict[str, Any]) -> web.Response:
    return web.json_response(body, content_type="application/x-amz-json-1.0")


def _refusal(kind: str) -> web.Response:
    return web.json_response({"__type": kind}, status=400)
