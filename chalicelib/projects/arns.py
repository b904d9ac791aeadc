"""The names of resources, as Amazon Lookout for Vision formed them."""

from dataclasses import dataclass

from chalicelib.core.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Arns:
    """The names of resources in this account and region, as the service formed them."""

    region: str
    account: str

    def project(self, name: str) -> str:
        return f"{self._before}:project/{name}"

    def model(self, project: str, version: int) -> str:
        return f"{self._before}:model/{project}/{version}"

    def resource(self, arn: str) -> tuple[str, str | None]:
        """The project and the version that an ARN names; no version if it is a project's. Raises `InvalidRequest`."""
        kind, _, rest = arn.removeprefix(f"{self._before}:").partition("/")
        project, _, version = rest.partition("/")
        match kind, bool(project), bool(version):
            case "project", True, False:
                return project, None
            case "model", True, True:
                return project, version
        raise InvalidRequest(
            ("ResourceArn", f"must be {self.project('<name>')} or {self._before}:model/<name>/<version>")
        )

    @property
    def _before(self) -> str:
        return f"arn:aws:lookoutvision:{self.region}:{self.account}"
