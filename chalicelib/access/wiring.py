"""Builds the access capability."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, partial

from chalicelib.access.access_keys import authorize, authorize_signed, issue_key, require_lasting
from chalicelib.access.domain import AccessKey, Grant, parse_token
from chalicelib.access.people import owner_in
from chalicelib.access.ports import AccessKeys, Sealer, Sessions
from chalicelib.access.sessions import SessionDesk
from chalicelib.access.signature import SentRequest
from chalicelib.aws.platform import Platform


class AccessWiring:
    """The stores of keys and sessions, who seals the secrets of keys, and the use cases on them."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def keys(self) -> AccessKeys:
        """The table of keys."""
        from chalicelib.access.dynamodb import DynamoDBAccessKeys

        return DynamoDBAccessKeys(self._platform.clients.dynamodb, self._platform.settings.name("keys"))

    @cached_property
    def sessions(self) -> Sessions:
        """The table of sessions and sign-in links."""
        from chalicelib.access.session_table import DynamoDBSessions

        return DynamoDBSessions(self._platform.clients.dynamodb, self._platform.settings.name("sessions"))

    @cached_property
    def desk(self) -> SessionDesk:
        """Begins, checks and ends sessions."""
        return SessionDesk(self.sessions, self._platform.clock)

    def authorize(self, token: str) -> Grant | None:
        """The grant of a token, of a person's session or of a key; None when it is not valid."""
        parts = parse_token(token)
        if parts is not None and owner_in(parts[0]):
            return self.desk.authorize(token)
        return authorize(token, keys=self.keys, clock=self._platform.clock)

    @cached_property
    def sealer(self) -> Sealer:
        """The KMS key of this stage."""
        from chalicelib.access.kms import KMSSealer

        kms_key = f"alias/{self._platform.settings.name('keys')}"
        return KMSSealer(self._platform.clients.kms, kms_key, self._platform.clock)

    @cached_property
    def authorize_signed(self) -> Callable[[SentRequest], Grant]:
        """Check the signature of a request."""
        from chalicelib.access.sigv4 import expected_signature

        return partial(
            authorize_signed,
            keys=self.keys,
            sealer=self.sealer,
            expected=expected_signature,
            clock=self._platform.clock,
        )

    @cached_property
    def issue_key(self) -> Callable[..., tuple[AccessKey, str]]:
        """Issue a key with its token."""
        return partial(issue_key, keys=self.keys, sealer=self.sealer, clock=self._platform.clock)

    @cached_property
    def require_lasting(self) -> Callable[[Grant, timedelta | None], None]:
        """Refuse what a key would give away for longer than it lasts itself."""
        return partial(require_lasting, keys=self.keys, clock=self._platform.clock)
