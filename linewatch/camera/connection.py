"""HTTP clients for the API and the bucket: addresses, keys, and proxies of the environment."""

from ipaddress import ip_address

import httpx

DIRECT = ("all://*localhost", "all://127.0.0.1", "all://[::1]")
"""Hosts that no proxy can reach for us: this machine."""


class ConnectionSettingsError(Exception):
    """The address, the key or a proxy of the environment cannot be used; the message says why, and never the key."""


def connect(url: str, *, key: str | None, timeout: float, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for the service at `url`; without a key the requests are the bucket's, and name their whole address.

    Proxies of the environment are used, except for a service on this machine. `ConnectionSettingsError` when
    something cannot be used.
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
            "a proxy or a certificate file that the environment names cannot be used: look at HTTP_PROXY, HTTPS_PROXY, "
            f"ALL_PROXY and SSL_CERT_FILE ({type(error).__name__})"
        ) from None


def is_this_machine(host: str) -> bool:
    """Whether the host is a loopback address or a name of one."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        name = host.lower().rstrip(".")
        return name == "localhost" or name.endswith((".localhost", ".localhost.localstack.cloud"))


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.rstrip("/"))
    except httpx.InvalidURL as error:
        raise ConnectionSettingsError(f"the address of the API is no URL: {error}") from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise ConnectionSettingsError("the address of the API must begin with https:// or http:// and name a host")
    return address


def _checked(key: str) -> str:
    key = key.strip()
    if key and key.isascii() and key.isprintable() and " " not in key:
        return key
    raise ConnectionSettingsError("the key is empty or has a line break, a space or a letter that no key has")
