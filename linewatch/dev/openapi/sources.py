"""The document of this project: of its app, its template and its examples."""

from typing import Any

from linewatch.dev.openapi.document import document
from linewatch.dev.openapi.examples import read_examples
from linewatch.project import ROOT, load_app
from linewatch.stack.template import merged_infra


def project_document() -> dict[str, Any]:
    """The document, as schemas/openapi.json holds it."""
    api = merged_infra(ROOT / "infra")["Resources"]["RestAPI"]["Properties"]
    return document(load_app().app, api["GatewayResponses"], read_examples())
