"""The headers that limit what the page may do in a browser."""

from collections.abc import Mapping


def policy(image_origin: str) -> str:
    """The Content-Security-Policy. Images and training reports come by presigned links from `image_origin`.

    Scripts and styles are files of the page alone, and no script can make HTML of a text.
    """
    sources = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": f"'self' blob: data: {image_origin}",
        "frame-src": image_origin,
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {values}" for name, values in sources.items())


SECURE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}
"""For every file of the page."""
