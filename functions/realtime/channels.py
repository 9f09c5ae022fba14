"""The WebSocket API's way back to open sockets."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from netpulse import aws
from netpulse.observability import logger

from functions.realtime.ports import Delivery

# Who is no longer there, and who does not read fast enough or may not be written to: boto3 has
# backed off and tried again by then. The latter fetch by number what they missed.
_OUTCOMES = {
    "GoneException": Delivery.GONE,
    "BadRequestException": Delivery.GONE,  # not (or no longer) a connection id of this API
    "LimitExceededException": Delivery.DROPPED,
    "PayloadTooLargeException": Delivery.DROPPED,
    "ForbiddenException": Delivery.DROPPED,
}


class ApiGatewaySockets:
    """Sockets held open by API Gateway."""

    def __init__(self, callback_url: str) -> None:
        self._callback_url = callback_url

    def send(self, connection_id: str, frame: str) -> Delivery:
        """Send one frame and say what became of it."""
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=frame.encode())
        except ClientError as error:
            return _OUTCOMES.get(_code(error), Delivery.FAILED)
        except BotoCoreError:
            logger.exception("sockets are not reachable")
            return Delivery.FAILED
        return Delivery.DELIVERED

    def close(self, connection_id: str) -> None:
        """Close a socket, if it is still open."""
        try:
            self._client.delete_connection(ConnectionId=connection_id)
        except ClientError as error:
            if _code(error) not in _OUTCOMES:
                raise

    @property
    def _client(self) -> Any:
        return aws.client("apigatewaymanagementapi", endpoint_url=self._callback_url)


def _code(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    # the errors have no bodies: without a header that names them, the status has to do
    return {"410": "GoneException", "429": "LimitExceededException"}.get(str(status), str(code))
