"""The signature that a request must have, computed by botocore's own signer."""

from urllib.parse import quote, urlencode

from chalicelib.access.signature import SERVICE, SentRequest, Signature


def expected_signature(request: SentRequest, claim: Signature, secret: str) -> str:
    """The signature, in hex, of this request under the claim's key id, region, time and headers."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    query = urlencode(request.query, quote_via=quote, safe="-._~")
    sent = AWSRequest(
        request.method,
        f"https://host{request.path}?{query}",
        headers={name: request.headers[name] for name in claim.signed_headers},
        data=request.body,
    )
    sent.context["timestamp"] = claim.timestamp
    signer = SigV4Auth(Credentials(claim.key_id, secret), SERVICE, claim.region)
    return str(signer.signature(signer.string_to_sign(sent, signer.canonical_request(sent)), sent))
