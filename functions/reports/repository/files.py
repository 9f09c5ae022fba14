"""Reports' files in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from netpulse import aws

if TYPE_CHECKING:
    from collections.abc import Sequence

_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Files:
    """The bucket that keeps reports' files until its lifecycle forgets them."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        """Keep a file."""
        aws.client("s3").put_object(
            Bucket=self._bucket, Key=key, Body=body, ContentType=content_type
        )

    def link(self, key: str, *, file_name: str, valid_s: int) -> str | None:
        """Return a URL that anybody may read the file by for a while; None if it is gone."""
        client = aws.client("s3")
        try:
            client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        return str(
            client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    # a download, never a page of our bucket's origin
                    "ResponseContentDisposition": f'attachment; filename="{file_name}"',
                },
                ExpiresIn=valid_s,
            )
        )

    def remove(self, keys: Sequence[str]) -> None:
        """Delete files; those that are gone already do not matter."""
        aws.client("s3").delete_objects(
            Bucket=self._bucket,
            Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
        )
