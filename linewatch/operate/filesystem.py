"""Access to a deployment's bucket for pyarrow."""

from pyarrow.fs import S3FileSystem

from linewatch.stack.target import Target


def filesystem(target: Target) -> S3FileSystem:
    """S3 with the target's credentials and endpoint."""
    credentials = target.session.get_credentials()
    if credentials is None:
        return S3FileSystem(region=target.region)
    frozen = credentials.get_frozen_credentials()
    return S3FileSystem(
        access_key=frozen.access_key,
        secret_key=frozen.secret_key,
        session_token=frozen.token,
        region=target.region,
        endpoint_override=target.endpoint_url,
    )
