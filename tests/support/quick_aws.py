"""botocore and moto compute anew what never changes. Here each is computed once in a process, which costs no proof."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from inspect import CO_VARKEYWORDS
from types import SimpleNamespace
from typing import Any


@cache
def hasten() -> None:
    """Let sessions, clients and stages of this process be ready sooner."""
    _share_descriptions()
    _register_sooner()
    _make_clients_sooner()
    _make_keys_once()
    _answer_sooner()


class _Paths(list[str]):
    """Each session of boto3 adds its own folder, which is the same."""

    def append(self, path: str) -> None:
        if path not in self:
            super().append(path)


def _share_descriptions() -> None:
    """Sessions share the descriptions of services, and clients the rules for addresses that are in them."""
    sessions: Any = import_module("botocore.session")
    create_loader = sessions.create_loader

    @cache
    def loader(search_path_string: str | None = None) -> Any:
        made = create_loader(search_path_string)
        made._search_paths = _Paths(made._search_paths)
        return made

    sessions.create_loader = loader
    addresses: Any = import_module("botocore.endpoint_provider")
    rule_set, known = addresses.RuleSet, {}

    def shared(*, rules: Any, **others: Any) -> Any:
        if id(rules) not in known:
            known[id(rules)] = rules, rule_set(rules=rules, **others)  # keeps the rules, so that no others get their id
        return known[id(rules)][1]

    addresses.RuleSet = shared


def _register_sooner() -> None:
    """A session registers a hundred functions, and each client copies them."""
    hooks: Any = import_module("botocore.hooks")
    aliaser, alias = hooks.EventAliaser(hooks.HierarchicalEmitter()), hooks.EventAliaser._alias_event_name
    accepts_kwargs = hooks.accepts_kwargs

    def accepts(function: Callable[..., Any]) -> Any:
        code = getattr(function, "__code__", None)
        return accepts_kwargs(function) if code is None else code.co_flags & CO_VARKEYWORDS

    hooks.EventAliaser._alias_event_name = lambda _aliaser, name: alias(aliaser, name)
    hooks.accepts_kwargs = accepts

    def copied(node: dict[str, Any]) -> dict[str, Any]:
        values, children = node["values"], node["children"]
        return {
            "chunk": node["chunk"],
            "children": {name: copied(child) for name, child in children.items()} if children else {},
            "values": values and hooks.NodeList(*map(list, values)),
        }

    hooks._PrefixTrie._recursive_copy = lambda _trie, attributes: {"_root": copied(attributes["_root"])}


def _make_clients_sooner() -> None:
    """The clients of a service have the same methods, and nobody speaks TLS."""
    creator: Any = import_module("botocore.client").ClientCreator
    for name in ("_create_methods", "_create_name_mapping"):
        setattr(creator, name, _once_for_a_service(getattr(creator, name)))
    transport: Any = import_module("botocore.httpsession")
    transport.create_urllib3_context = cache(transport.create_urllib3_context)


def _once_for_a_service(make: Callable[[Any, Any], dict[str, Any]]) -> Callable[[Any, Any], dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}

    def made(creator: Any, service: Any) -> dict[str, Any]:
        if service.service_name not in known:
            known[service.service_name] = make(creator, service)
        return dict(known[service.service_name])

    return made


def _make_keys_once() -> None:
    """All KMS keys of a size have the same bits, and a pool of people reads its key once."""
    kms: Any = import_module("moto.kms.utils")
    kms.rsa = SimpleNamespace(generate_private_key=cache(kms.rsa.generate_private_key))
    pools: Any = import_module("moto.cognitoidp.models")
    import_key = pools.jwk.RSAKey.import_key
    key = cache(lambda parts: import_key(dict(parts)))

    def key_of(parts: dict[str, Any]) -> Any:
        return key(tuple(sorted(parts.items())))

    pools.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=key_of))


def _answer_sooner() -> None:
    """moto goes through its 170 services and the names that a value may have in its own objects, at each call.

    For each test it also makes itself ready for those who use `requests`: nobody here does.
    """
    responses: Any = import_module("moto.core.responses")
    queues: Any = import_module("moto.sqs.models")
    for module in (responses, queues):
        module.camelcase_to_underscores = cache(module.camelcase_to_underscores)
    responses.method_names_from_class = cache(responses.method_names_from_class)
    serialize: Any = import_module("moto.core.serialize")
    for picker in (serialize.AttributePicker, serialize.XFormedAttributePicker):
        picker.get_possible_keys = _remembered(picker.get_possible_keys)
    index: Any = import_module("moto.backend_index")
    index.backend_url_patterns.sort(key=lambda each: each[0] not in {"dynamodb", "sqs"})
    backends: Any = import_module("moto.backends")
    modules = list(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    models: Any = import_module("moto.core.models")
    models.RESPONSES_METHODS = []
    ids: Any = import_module("moto.utilities.aws_headers")
    random: Any = import_module("moto.moto_api._internal").mock_random

    def set_request_id(headers: dict[str, Any]) -> str:
        headers["x-amzn-requestid"] = f"{random.getrandbits(208):052x}"
        return str(headers["x-amzn-requestid"])

    ids.gen_amzn_requestid_long = responses.gen_amzn_requestid_long = set_request_id


def _remembered(possible_keys: Callable[[Any, Any], Iterable[str]]) -> Callable[[Any, Any], Iterable[str]]:
    known: dict[tuple[type, int, str], tuple[list[str], Any]] = {}

    def remembered(picker: Any, context: Any) -> Iterable[str]:
        asked = type(context.obj), id(context.shape), context.key
        if asked not in known:
            known[asked] = list(possible_keys(picker, context)), context.shape  # keeps the shape, and so its id
        return known[asked][0]

    return remembered
