"""The request pipeline of a domain: routing, access, validation, envelope, errors, in one place."""

from __future__ import annotations

import functools
import inspect
import time
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as RouteNotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from netpulse.acting import Actor, act_for, acting
from netpulse.clock import SYSTEM_CLOCK
from netpulse.errors import EnrollmentNeededError, NetPulseError, UnavailableError
from netpulse.http import answers, compression, failures, requests
from netpulse.http.documentation import document, responses_of
from netpulse.http.envelope import API_VERSION, ErrorBody, Failure, Meta, Page, Stretch
from netpulse.http.gate import Gate, unchecked
from netpulse.http.routes import RouteSpec, RouteTable
from netpulse.http.state import RequestState
from netpulse.http.viewer import address_of, edge_word
from netpulse.observability import correlated, count, emit, logger, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access
    from netpulse.clock import Clock
    from netpulse.permissions import Permission
    from netpulse.principal import Principal

F = TypeVar("F", bound="Callable[..., Any]")
_NOT_MODIFIED = 304
_OUR_FAULT = 500
BASE = "/api/v1"
_HEADERS = {
    "X-API-Version": API_VERSION,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


class Application:
    """A domain's HTTP interface; its instance is called by Lambda as the handler.

    Routes are added with `get`, `post`, `put`, `patch` and `delete`. A route's function takes
    validated parameters and returns a model (answered in the envelope), a `Page`, a `Stretch`, or
    None (`"data": null`). It finds the caller in `app.principal`.
    """

    def __init__(
        self,
        domain: str,
        access: Callable[[], Access],
        *,
        clock: Clock = SYSTEM_CLOCK,
        edge_word: Callable[[], str] = edge_word,
    ) -> None:
        self.domain = domain
        self._access = access
        self._clock = clock
        self._edge_word = edge_word
        self._table = RouteTable()
        self._state: RequestState | None = None
        self._resolver: Any = APIGatewayHttpResolver(enable_validation=True)
        # Powertools validates before any middleware runs; strangers must get 401 before 422.
        self._resolver._request_validation_middleware = Gate(self.admit)
        # What a route returns is a validated model already.
        self._resolver._response_validation_middleware = unchecked  # type: ignore[assignment]
        self._resolver.exception_handler(RequestValidationError)(self._invalid)
        self._resolver.exception_handler(Exception)(self._failed)
        self._resolver.exception_handler(RouteNotFoundError)(self._not_found)

    @property
    def routes(self) -> list[RouteSpec]:
        """Every route, in the order they were added."""
        return self._table.specs

    @property
    def request(self) -> RequestState:
        """The request that is being answered."""
        if self._state is None:
            raise RuntimeError("no request is being answered")
        return self._state

    @property
    def principal(self) -> Principal:
        """The caller of a route that is not public."""
        if self.request.principal is None:
            raise RuntimeError("a public route has no principal")
        return self.request.principal

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        """Add a GET route; options as for `route`."""
        return self.route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        """Add a POST route; options as for `route`."""
        return self.route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[F], F]:
        """Add a PUT route; options as for `route`."""
        return self.route("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[F], F]:
        """Add a PATCH route; options as for `route`."""
        return self.route("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[F], F]:
        """Add a DELETE route; options as for `route`."""
        return self.route("DELETE", path, **options)

    def route(
        self,
        method: str,
        path: str,
        *,
        permission: Permission | None = None,
        public: bool = False,
        limit: str | None = "api",
        status: int = 200,
        errors: tuple[int, ...] = (),
        enveloped: bool = True,
        max_body_bytes: int = requests.MAX_BODY_BYTES,
        before_enrollment: bool = False,
        summary: str = "",
    ) -> Callable[[F], F]:
        """Add a route under /api/v1, or at its own path when it is not enveloped.

        `permission` None with `public` False: any caller with a valid credential. `limit` names
        one of the rate limits (auth, api, monitoring, bulk). `errors` lists further statuses it
        may answer, for the OpenAPI document.
        """
        full_path = BASE + path if enveloped else path
        spec = RouteSpec(
            method=method,
            path=full_path,
            permission=permission,
            public=public,
            limit=limit,
            max_body_bytes=max_body_bytes,
            status=status,
            enveloped=enveloped,
            errors=errors,
            before_enrollment=before_enrollment,
        )

        def register(function: F) -> F:
            call = self._enveloping(function, spec) if enveloped else function
            self._table.add(spec)
            self._resolver.route(
                spec.resolver_path,
                method=method,
                summary=summary or (function.__doc__ or "").strip().partition("\n")[0].rstrip("."),
                description=inspect.getdoc(function),
                tags=[self.domain],
                operation_id=function.__name__,
                responses=responses_of(call, spec),
                security=None if public else [{"accessToken": []}, {"apiKey": []}],
                openapi_extensions={"x-permission": str(permission)} if permission else None,
            )(call)
            return function

        return register

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one HTTP API request (payload format 2.0)."""
        headers = requests.headers_of(event)
        request_id = requests.request_id_of(headers)
        source_ip = address_of(event, headers, word=self._edge_word)
        self._state = RequestState(event, headers, request_id, source_ip=source_ip)
        author = Actor.of(None, ip=self._state.source_ip, request_id=request_id)
        with correlated(requests.correlation_id_of(headers, request_id)), acting(author):
            return self._answered(event, context, self._state)

    def _answered(self, event: dict[str, Any], context: Any, state: RequestState) -> dict[str, Any]:
        started = time.perf_counter()
        answer: dict[str, Any] = self._resolver.resolve(event, context)
        answer["headers"] = {
            **_HEADERS,
            **(answer.get("headers") or {}),
            **state.response_headers,
            "X-Request-ID": state.request_id,
        }
        answer |= {"cookies": state.cookies} if state.cookies else {}
        compression.compress(answer, event, state.headers)
        self._measure(answer["statusCode"], time.perf_counter() - started)
        self._state = None
        return answer

    def admit(self, route_arguments: dict[str, str]) -> None:
        """Refuse a request before it is looked at closer: credential, permission, rate, body."""
        state = self.request
        http = state.event["requestContext"]["http"]
        spec = self._table.find(http["method"], state.event["rawPath"])
        access = self._access() if (spec.limit or not spec.public) else None
        caller = f"ip:{state.source_ip}"
        if access and not spec.public:
            principal = access.principal(requests.authorizer_of(state.event), state.headers)
            state.principal = principal
            act_for(Actor.of(principal, ip=state.source_ip, request_id=state.request_id))
            caller = principal.key
            if principal.must_enroll and not spec.before_enrollment:
                raise EnrollmentNeededError("Set up a second factor first: this organisation asks")
            if spec.permission:
                principal.require(spec.permission)
        if access and spec.limit:
            access.count(caller, limit_name=spec.limit, endpoint=f"{spec.method} {spec.path}")
            if state.principal:
                # however many people and keys it has: one organisation does not crowd out others
                everybody = f"organization:{state.principal.organization_id}"
                access.count(everybody, limit_name="organization", endpoint="*")
        requests.check_address(state.event)
        if spec.enveloped:
            requests.check_body(state.event, state.headers, spec.max_body_bytes)

    def openapi(self) -> dict[str, Any]:
        """Return the domain's part of the OpenAPI 3.1 document."""
        return document(self._resolver, self.routes)

    def _enveloping(self, function: Callable[..., Any], spec: RouteSpec) -> Callable[..., Any]:
        hints = get_type_hints(function, include_extras=True)
        signature = inspect.signature(function)
        envelope = answers.envelope_type(hints.get("return"))

        @functools.wraps(function)
        def call(**arguments: Any) -> Response[Any]:
            return self._answer(function(**arguments), spec)

        del call.__wrapped__  # Powertools would read the types of the route's function instead
        call.__annotations__ = {**hints, "return": envelope}
        call.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[
                parameter.replace(annotation=hints[name])
                for name, parameter in signature.parameters.items()
            ],
            return_annotation=envelope,
        )
        return call

    def _answer(self, result: Any, spec: RouteSpec) -> Response[Any]:
        listed = spec.method == "GET" and isinstance(result, Page | Stretch)
        if listed and self._unchanged(answers.etag(result)):
            return Response(status_code=_NOT_MODIFIED)
        return answers.json_response(spec.status, answers.enveloped(result, self._meta()))

    def _unchanged(self, tag: str) -> bool:
        self.request.response_headers["ETag"] = tag
        return answers.matches(self.request.headers.get("if-none-match", ""), tag)

    def _meta(self) -> Meta:
        return Meta(timestamp=self._clock.now(), request_id=self.request.request_id)

    def _failure(self, error: NetPulseError) -> Response[Any]:
        self.request.response_headers.update(failures.headers_of(error))
        body = ErrorBody(code=error.code, message=error.message, details=error.details)
        return answers.json_response(error.status, Failure(error=body, meta=self._meta()))

    def _invalid(self, error: RequestValidationError) -> Response[Any]:
        return self._failure(failures.invalid(error.errors()))

    def _failed(self, error: Exception) -> Response[Any]:
        if isinstance(error, NetPulseError):
            return self._failure(error)
        logger.exception("request failed")
        if failures.is_outage(error):
            return self._failure(UnavailableError("A service we need is away; try again shortly"))
        return self._failure(NetPulseError("Something went wrong on our side"))

    def _not_found(self, _error: Exception) -> Response[Any]:
        # what our patterns match and Powertools' do not: an id with characters no id has
        return self._failure(failures.NoRouteError("There is nothing at this path"))

    def _measure(self, status: int, took: float) -> None:
        http = self.request.event["requestContext"]["http"]
        logger.info(
            "request answered",
            extra={"method": http["method"], "status": status, "ms": round(took * 1000, 1)},
        )
        emit(
            {"domain": self.domain},
            http_requests_total=count(1),
            http_request_duration_seconds=seconds(took),
            # 0 too: a rate of what is missing is missing
            http_errors_total=count(1 if status >= _OUR_FAULT else 0),
        )
