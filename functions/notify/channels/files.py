"""Reports' files in S3, for the mails that bring them."""

from __future__ import annotations

from botocore.exceptions import ClientError
from netpulse import aws

_GONE = frozenset({"404", "NoSuchKey"})


class S3Files:
    """The bucket that reports are kept in."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """Return a file; None if it is gone."""
        try:
            answer = aws.client("s3").get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        return bytes(answer["Body"].read())
