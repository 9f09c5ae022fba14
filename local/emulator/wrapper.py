"""Runs ministack with what our deployment needs and it lacks; its own interpreter runs this file.

- CloudFormation types that mean nothing on one machine are accepted and do nothing.
- An HTTP API's event carries `cookies` as the real one's does; an answer may have no body.
- A path may hold a new line (%0A), as API Gateway lets it.
- A one-time schedule that was moved after it rang rings again.
- A layer is unpacked once, not once for every worker, so that Python compiles it once.
- What a function writes is kept in a log file.
- SIGTERM ends it in order, so that its state is saved.
"""

import asyncio
import hashlib
import os
import shutil
import signal
import tempfile
import threading
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypercorn.asyncio import serve  # type: ignore[import-not-found]
from hypercorn.config import Config  # type: ignore[import-not-found]
from ministack.core import lambda_runtime
from ministack.services import apigateway, lambda_svc, scheduler
from ministack.services.cloudformation import provisioners

UNPACKED = Path(os.environ["NETPULSE_EMULATOR_UNPACKED"])
LAMBDA_LOG = Path(os.environ["NETPULSE_LAMBDA_LOG"])

_MEANINGLESS_HERE = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::Logs::QueryDefinition",
    "AWS::Events::Archive",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::XRay::Group",
    "AWS::XRay::SamplingRule",
)


def accept_types() -> None:
    """Let CloudFormation create resources that have no effect here."""
    for name in _MEANINGLESS_HERE:
        provisioners._RESOURCE_HANDLERS.setdefault(name, _nothing(name))


def _nothing(name: str) -> dict[str, Callable[..., Any]]:
    def create(_logical: str, _properties: Any, _stack: str) -> tuple[str, dict[str, str]]:
        made = f"{name.rsplit('::', 1)[1].lower()}-{uuid.uuid4().hex[:17]}"
        return made, {"Arn": f"arn:aws:netpulse:us-east-1:000000000000:{made}"}

    return {"create": create, "delete": lambda _physical, _properties: None}


def mend_cors() -> None:
    """Give an API its CORS settings in the case that the emulator reads."""
    handlers = provisioners._RESOURCE_HANDLERS
    api = handlers["AWS::ApiGatewayV2::Api"]

    def create(logical: str, properties: dict[str, Any], stack: str) -> Any:
        cors = properties.get("CorsConfiguration")
        if cors:
            lowered = {name[0].lower() + name[1:]: value for name, value in cors.items()}
            properties = {**properties, "CorsConfiguration": lowered}
        return api["create"](logical, properties, stack)

    handlers["AWS::ApiGatewayV2::Api"] = {**api, "create": create}


def mend_cookies() -> None:
    """Move an HTTP API event's Cookie header to its `cookies`, as payload format 2.0 has it."""
    execute = lambda_svc._execute_function_with_config_scope

    def with_cookies(record: Any, event: Any, *rest: Any, **named: Any) -> Any:
        if isinstance(event, dict) and event.get("version") == "2.0":
            cookie = (event.get("headers") or {}).pop("cookie", None)
            if cookie:
                event["cookies"] = [part.strip() for part in cookie.split(";") if part.strip()]
        return execute(record, event, *rest, **named)

    lambda_svc._execute_function_with_config_scope = with_cookies


def mend_empty_bodies() -> None:
    """Take an answer whose body is null, as a 204 has it, for one without a body."""
    convert = lambda_svc.lambda_execute_result_to_api_proxy_response

    def with_body(result: Any) -> Any:
        answer, rest = convert(result)
        if isinstance(answer, dict) and answer.get("body", "") is None:
            answer["body"] = ""
        return answer, rest

    lambda_svc.lambda_execute_result_to_api_proxy_response = with_body


def mend_new_lines() -> None:
    """Find the route of a path that holds a new line, which the emulator's patterns pass over."""
    extract = apigateway._extract_path_params

    def found(route_path: str, request_path: str) -> Any:
        # our functions read the raw path, not these parameters
        return extract(route_path, request_path.replace("\n", "\N{SYMBOL FOR NEWLINE}"))

    apigateway._extract_path_params = found


def mend_schedules() -> None:
    """Let a one-time schedule ring again when it was given another time."""
    update = scheduler._update_schedule

    def moved(name: str, body: dict[str, Any]) -> Any:
        answer = update(name, body)
        kept_as = f"{body.get('GroupName', 'default')}/{name}"
        for key in [each for each in scheduler._schedule_last_fired if each[-1] == kept_as]:
            del scheduler._schedule_last_fired[key]
        return answer

    scheduler._update_schedule = moved


def _settle(fresh: Path, home: Path) -> None:
    """Give a folder its name, unless another process was faster with the same content."""
    try:
        fresh.rename(home)
    except OSError:
        if not home.exists():
            raise
        shutil.rmtree(fresh, ignore_errors=True)


class SharedZip(zipfile.ZipFile):
    """An archive that is unpacked once and then only linked to."""

    _lock = threading.Lock()

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Put a link to the unpacked archive where it should be unpacked."""
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        home = UNPACKED / digest
        with self._lock:
            if not home.exists():
                fresh = Path(tempfile.mkdtemp(dir=UNPACKED))
                super().extractall(fresh, members, pwd)
                _settle(fresh, home)
        target = Path(path)
        target.rmdir()
        target.symlink_to(home, target_is_directory=True)


def share_layers() -> None:
    """Let workers use one unpacked copy of each asset."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=SharedZip, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )


def keep_logs() -> None:
    """Write what functions say to a file, each line with its function's name."""
    log = LAMBDA_LOG.open("a", buffering=1)

    def read(worker: Any) -> None:
        try:
            for line in worker._proc.stderr:
                log.write(f"{worker.func_name} {line.rstrip()}\n")
                worker._stderr_queue.put(line.rstrip("\n"))
        except (OSError, ValueError):
            return

    invoke = lambda_runtime.Worker.invoke

    def tell_failure(worker: Any, *given: Any, **named: Any) -> Any:
        answer = invoke(worker, *given, **named)
        if answer.get("status") == "error":
            told = answer.get("trace") or answer.get("error")
            log.write("".join(f"{worker.func_name} {line}\n" for line in str(told).splitlines()))
        return answer

    lambda_runtime.Worker._read_stderr = read
    lambda_runtime.Worker.invoke = tell_failure
    # It would wait 50 ms for words that may come; what comes later is in the log all the same.
    lambda_runtime.Worker._drain_stderr_bounded = lambda_runtime.Worker._drain_stderr


async def run() -> None:
    """Serve until SIGTERM, then save the state and end the workers."""
    from ministack.app import app  # noqa: PLC0415 - it reads what was mended above

    config = Config()
    config.bind = [f"{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    await serve(app, config, shutdown_trigger=over.wait)
    workers = [worker for pool in lambda_runtime._workers.values() for worker in pool]
    lambda_runtime.kill_workers(workers)
    os._exit(0)  # threads that wait for a function or poll a queue would keep it


def main() -> None:
    """Mend the emulator and run it."""
    accept_types()
    mend_cors()
    mend_cookies()
    mend_empty_bodies()
    mend_new_lines()
    mend_schedules()
    share_layers()
    keep_logs()
    asyncio.run(run())


if __name__ == "__main__":
    main()
