"""What can go wrong, said in the blueprint's codes; netpulse.http turns each into an answer."""

from __future__ import annotations

from typing import Any, ClassVar


class NetPulseError(Exception):
    """A failure with a code for machines and a message for people.

    `retryable` tells a queue's consumer whether another attempt may succeed.
    """

    status: ClassVar[int] = 500
    code: str = "INTERNAL_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, code: str | None = None, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details or {}


class MalformedError(NetPulseError):
    """The request cannot be read at all (400)."""

    status = 400
    code = "MALFORMED_REQUEST"


class InvalidError(NetPulseError):
    """The request can be read but not accepted; `details` name each field (422)."""

    status = 422
    code = "INVALID_INPUT"


class UnauthenticatedError(NetPulseError):
    """The caller did not prove who they are (401)."""

    status = 401
    code = "INVALID_CREDENTIALS"


class TokenExpiredError(UnauthenticatedError):
    """The access token was right but is too old (401)."""

    code = "TOKEN_EXPIRED"


class ForbiddenError(NetPulseError):
    """The caller is known but may not do this (403)."""

    status = 403
    code = "INSUFFICIENT_PERMISSIONS"


class EnrollmentNeededError(ForbiddenError):
    """The organisation asks for a second factor, and the caller has none yet (403)."""

    code = "SECOND_FACTOR_SETUP_NEEDED"


class NotFoundError(NetPulseError):
    """There is no such thing, or it is another organisation's (404)."""

    status = 404
    code = "NOT_FOUND"

    @classmethod
    def of(cls, thing: str, thing_id: object) -> NotFoundError:
        """Return the error for a missing `thing`, e.g. `of("device", id)` is DEVICE_NOT_FOUND."""
        words = thing.replace("_", " ")
        return cls(
            f"{words.capitalize()} with ID {thing_id} not found",
            code=f"{thing.upper()}_NOT_FOUND",
            details={f"{thing}_id": str(thing_id)},
        )


class ConflictError(NetPulseError):
    """The thing exists already, or its state forbids the change (409)."""

    status = 409
    code = "CONFLICT"


class TooLargeError(NetPulseError):
    """The body is larger than the route takes (413)."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaTypeError(NetPulseError):
    """The body is not application/json (415)."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class RateLimitedError(NetPulseError):
    """Too many requests; `retry_after_s` says when to come back (429)."""

    status = 429
    code = "RATE_LIMIT_EXCEEDED"
    retryable = True

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message, details={"retry_after_seconds": retry_after_s})
        self.retry_after_s = retry_after_s


class ExternalServiceError(NetPulseError):
    """A provider we depend on failed (502)."""

    status = 502
    code = "EXTERNAL_SERVICE_ERROR"
    retryable = True


class UnavailableError(NetPulseError):
    """Our own database or queue is away for the moment (503)."""

    status = 503
    code = "DATABASE_ERROR"
    retryable = True
    retry_after_s = 5
