"""Archives' files in S3: made here, or brought by whoever restores one."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from botocore.exceptions import ClientError
from netpulse import aws

if TYPE_CHECKING:
    from datetime import timedelta

_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Archives:
    """The bucket that keeps archives until its lifecycle forgets them."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, key: str, body: IO[bytes]) -> None:
        """Keep a file."""
        aws.client("s3").upload_fileobj(body, self._bucket, key)

    def get(self, key: str, into: IO[bytes]) -> None:
        """Fetch a file."""
        aws.client("s3").download_fileobj(self._bucket, key, into)

    def size(self, key: str) -> int | None:
        """Return how large a file is; None when there is none."""
        try:
            found = aws.client("s3").head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        return int(found["ContentLength"])

    def download_link(self, key: str, *, file_name: str, valid: timedelta) -> str:
        """Return a URL that a file can be had from for a while."""
        disposition = f'attachment; filename="{file_name}"'
        return self._link("get_object", key, valid, ResponseContentDisposition=disposition)

    def upload_link(self, key: str, *, valid: timedelta) -> str:
        """Return a URL that a file can be brought to by PUT for a while."""
        return self._link("put_object", key, valid)

    def _link(self, operation: str, key: str, valid: timedelta, **more: str) -> str:
        return str(
            aws.client("s3").generate_presigned_url(
                operation,
                Params={"Bucket": self._bucket, "Key": key, **more},
                ExpiresIn=int(valid.total_seconds()),
            )
        )
