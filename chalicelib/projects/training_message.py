"""The message that has a version trained."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter


@dataclass(frozen=True, slots=True)
class Training:
    """The version to train."""

    project: str
    version: Annotated[int, Field(strict=True, ge=1)]


TRAINING: TypeAdapter[Training] = TypeAdapter(Training)
