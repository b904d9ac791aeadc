"""Create HTTP clients for the API and the bucket: check the address, the key and the proxies."""

from ipaddress import ip_address

import httpx

DIRECT = ("all://*localhost", "all://127.0.0.1", "all://[::1]")
"""This machine: requests to it never use a proxy."""


class ConnectionSettingsError(Exception):
    """The address, the key or a proxy cannot be used. The message says why, and never contains the key."""


def connect(url: str, *, key: str | None, timeout: float, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for the API at `url`; without a key, a client for the bucket, whose requests have absolute URLs.

    Uses the proxies of the environment, except for a service on this machine. `ConnectionSettingsError` when the
    address, the key or a proxy cannot be used.
    """
    address = _address(url.strip())
    headers = {} if key is None else {"Authorization": f"Bearer {_checked(key)}"}
    try:
        return httpx.Client(
            base_url="" if key is None else address,
            headers=headers,
            timeout=timeout,
            transport=transport,
            trust_env=not is_this_machine(address.host),
            mounts={} if transport else dict.fromkeys(DIRECT),
        )
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        raise ConnectionSettingsError(
            "a proxy or a certificate file in the environment cannot be used: check HTTP_PROXY, HTTPS_PROXY, "
            f"ALL_PROXY and SSL_CERT_FILE ({type(error).__name__})"
        ) from None


def is_this_machine(host: str) -> bool:
    """Whether the host is a loopback address or its name."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        name = host.lower().rstrip(".")
        return name == "localhost" or name.endswith((".localhost", ".localhost.localstack.cloud"))


def readable_on_the_way(url: str) -> str | None:
    """The host to which what is sent goes unencrypted; None for HTTPS, and for this machine.

    Raises `ConnectionSettingsError` for what is no URL.
    """
    address = _address(url)
    return address.host if address.scheme == "http" and not is_this_machine(address.host) else None


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.rstrip("/"))
    except httpx.InvalidURL as error:
        raise ConnectionSettingsError(f"the address of the API is not a URL: {error}") from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise ConnectionSettingsError("the address of the API must begin with https:// or http:// and name a host")
    return address


def _checked(key: str) -> str:
    key = key.strip()
    if key and key.isascii() and key.isprintable() and " " not in key:
        return key
    raise ConnectionSettingsError("the key is empty, or has a line break, a space or a character that keys do not have")
