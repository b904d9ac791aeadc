"""`linewatch key`, as an operator runs it against a stage (moto)."""

from getpass import getuser

from tests.operate.stage import a_stage


def test_the_list_says_who_made_a_key() -> None:
    with a_stage() as stage:
        made = stage.json("key", "create", "--role", "camera", "--project", "plates")
        assert (made["made_by"], stage.json("key", "list")) == (f"operator:{getuser()}", [_known(made)])
        assert "made by" in " ".join(stage.run("key", "list").stdout.split())


def _known(made: dict[str, object]) -> dict[str, object]:
    return {name: made[name] for name in made if name not in {"token", "aws_access_key_id", "aws_secret_access_key"}}
