"""People see and set when the lines of a project alert."""

from typing import Any

import pytest

from chalicelib.access.domain import Role
from tests.http.conftest import Api

PATH = "/projects/plates/alert-settings"
RULE = {"confidence": 0.2, "window_seconds": 300, "silent": []}


def put(api: Api, token: str, revision: int = 0, others: Any = RULE, **lines: Any) -> Any:
    return api.send("PUT", PATH, {"revision": revision, "others": others, "lines": lines}, token)


def test_until_somebody_sets_them_the_settings_of_the_stage_hold(api: Api) -> None:
    shown = api.get(PATH, api.key(Role.VIEWER)).json_body
    assert (shown["revision"], shown["set_by"], shown["largest_confidence"]) == (0, None, 0.5)
    assert shown["others"] == RULE
    assert shown["lines"] == {"line-7": RULE | {"confidence": 0.35}}


def test_an_admin_sets_them_and_others_see_who_and_when(api: Api) -> None:
    eva = api.key(Role.ADMIN)
    line: Any = {"confidence": 0.5, "window_seconds": 60, "silent": ["rejected", "unfamiliar"]}
    changed = put(api, eva, **{"line-1": line}).json_body
    assert (changed["revision"], changed["lines"]) == (1, {"line-1": line})
    assert (changed["set_by"], changed["set_at"] is not None) == (eva.split("_")[1], True)
    assert api.get(PATH, api.key(Role.VIEWER)).json_body == changed


def test_a_change_of_what_somebody_else_has_changed_meanwhile_is_refused(api: Api) -> None:
    eva, ada = api.key(Role.ADMIN), api.key(Role.ADMIN)
    put(api, eva)
    refused = put(api, ada, others=RULE | {"confidence": 0.1})
    assert (refused.status_code, eva.split("_")[1] in refused.json_body["message"]) == (409, True)
    assert put(api, ada, revision=1, others=RULE | {"confidence": 0.1}).json_body["revision"] == 2


def test_the_same_change_twice_is_one_change(api: Api) -> None:
    eva = api.key(Role.ADMIN)
    assert put(api, eva).json_body == put(api, eva).json_body


def reset(api: Api, token: str, revision: int) -> Any:
    return api.send("DELETE", f"{PATH}?revision={revision}", {}, token)


def test_after_a_reset_the_settings_of_the_stage_hold_and_others_see_who_did_it(api: Api) -> None:
    eva = api.key(Role.ADMIN)
    of_stage = api.get(PATH, eva).json_body
    assert (of_stage["of_stage"], put(api, eva).json_body["of_stage"]) == (True, False)
    shown = reset(api, eva, revision=1).json_body
    known = {name: shown[name] for name in ("revision", "set_by")}
    assert shown == of_stage | known | {"set_at": shown["set_at"]}
    assert known == {"revision": 2, "set_by": eva.split("_")[1]}
    assert reset(api, eva, revision=1).json_body == shown
    assert put(api, eva, revision=2).json_body["revision"] == 3


def test_a_reset_of_what_somebody_else_has_changed_meanwhile_is_refused(api: Api) -> None:
    eva, ada = api.key(Role.ADMIN), api.key(Role.ADMIN)
    put(api, eva)
    put(api, ada, revision=1, others=RULE | {"confidence": 0.1})
    refused = reset(api, eva, revision=1)
    assert (refused.status_code, ada.split("_")[1] in refused.json_body["message"]) == (409, True)


@pytest.mark.parametrize(
    ("rule", "field", "words"),
    [
        ({"confidence": 0.6}, "lines.line-1.confidence", "at most 0.5"),
        ({"confidence": 1.1}, "lines.line-1.confidence", "less than or equal to 1"),
        ({"window_seconds": 0}, "lines.line-1.window_seconds", "greater than or equal to 1"),
        ({"window_seconds": 86401}, "lines.line-1.window_seconds", "less than or equal to 86400"),
        ({"silent": ["anomalous"]}, "lines.line-1.silent.0", "'unfamiliar', 'rejected' or 'failed'"),
    ],
)
def test_a_rule_that_is_none_is_refused_in_words(api: Api, rule: Any, field: str, words: str) -> None:
    answer = put(api, api.key(Role.ADMIN), **{"line-1": RULE | rule})
    [error] = answer.json_body["errors"]
    assert (answer.status_code, error["field"]) == (400, field)
    assert words in error["message"]
    assert api.rules.stored == {}


def test_a_key_of_another_project_sees_and_sets_nothing(api: Api) -> None:
    bolts = api.key(Role.ADMIN, "bolts")
    answers = (api.get(PATH, bolts), put(api, bolts), reset(api, bolts, revision=0))
    assert [each.status_code for each in answers] == [403, 403, 403]


def test_only_an_admin_resets_them(api: Api) -> None:
    assert reset(api, api.key(Role.OPERATOR), revision=0).status_code == 403


def test_a_project_that_does_not_exist_gets_no_settings(api: Api) -> None:
    key, path = api.key(Role.ADMIN, "gone"), PATH.replace("plates", "gone")
    rules = {"revision": 0, "others": RULE, "lines": {}}
    answers = [api.send("PUT", path, rules, key), api.send("DELETE", f"{path}?revision=0", {}, key)]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json_body["message"] == "there is no project gone: create it first"
    assert api.get(path, key).json_body["of_stage"]
    assert api.rules.find("gone") is None
