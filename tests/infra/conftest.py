"""The package as AWS gets it, made once."""

from typing import Any

import pytest

from linewatch.deployment.libraries import local_platform
from linewatch.deployment.package import Package, package
from tests.infra.resources import Resources


@pytest.fixture(scope="session")
def packaged() -> Package:
    """The app, packaged for the workers of this machine: on Linux the very files that AWS gets."""
    return package(local_platform())


@pytest.fixture(scope="session")
def template(packaged: Package) -> dict[str, Any]:
    """The whole template."""
    return packaged.template


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    """Its resources."""
    return Resources(template)
