"""As much of JSON Schema 2020-12 as api/openapi.yaml uses; an unknown keyword is an error, so that nothing passes
because it was not looked at."""
import re

NAMES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
SILENT = {"description", "example", "default", "format", "contentMediaType", "title"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, NAMES[name])


def resolve(document, node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def mistakes(document, schema, value, where="answer"):
    """Yields what is wrong."""
    schema = resolve(document, schema)
    for keyword, wanted in schema.items():
        yield from CHECKS[keyword](document, wanted, value, where, schema) if keyword not in SILENT else ()


def check_type(_document, wanted, value, where, _schema):
    names = wanted if isinstance(wanted, list) else [wanted]
    if not any(is_type(value, name) for name in names):
        yield f"{where}: {value!r} is no {' or '.join(names)}"


def check_properties(document, wanted, value, where, _schema):
    if isinstance(value, dict):
        for name, schema in wanted.items():
            if name in value:
                yield from mistakes(document, schema, value[name], f"{where}.{name}")


def check_additional(document, wanted, value, where, schema):
    if isinstance(value, dict):
        for name in value.keys() - schema.get("properties", {}).keys():
            yield from mistakes(document, wanted, value[name], f"{where}.{name}")


def check_items(document, wanted, value, where, _schema):
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from mistakes(document, wanted, item, f"{where}[{index}]")


def check_all_of(document, wanted, value, where, _schema):
    for schema in wanted:
        yield from mistakes(document, schema, value, where)


def simple(wrong):
    def check(_document, wanted, value, where, _schema):
        if wrong(wanted, value):
            yield f"{where}: {value!r} against {wanted!r}"
    return check


CHECKS = {
    "type": check_type,
    "properties": check_properties,
    "additionalProperties": check_additional,
    "items": check_items,
    "allOf": check_all_of,
    "required": simple(lambda names, value: isinstance(value, dict) and not set(names) <= value.keys()),
    "enum": simple(lambda wanted, value: value not in wanted),
    "const": simple(lambda wanted, value: value != wanted),
    "minimum": simple(lambda least, value: is_type(value, "number") and value < least),
    "maximum": simple(lambda most, value: is_type(value, "number") and value > most),
    "minLength": simple(lambda least, value: isinstance(value, str) and len(value) < least),
    "maxLength": simple(lambda most, value: isinstance(value, str) and len(value) > most),
    "minItems": simple(lambda least, value: isinstance(value, list) and len(value) < least),
    "maxItems": simple(lambda most, value: isinstance(value, list) and len(value) > most),
    "pattern": simple(lambda pattern, value: isinstance(value, str) and not re.search(pattern, value)),
}
