"""JSON schemas: what strict tools may say, and whether an input fits.

Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

import re
from collections.abc import Iterator
from typing import Any

from .errors import invalid

STRICT_TOOLS, OPTIONAL_PARAMETERS, UNION_PARAMETERS = 20, 24, 16
UNSUPPORTED = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "maxItems", "uniqueItems", "contains", "minContains", "maxContains",
    "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired",
    "dependentSchemas", "unevaluatedProperties", "if", "then", "else", "not", "oneOf",
    "prefixItems",
}  # fmt: skip
FORMATS = {
    "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
}  # fmt: skip
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}


def check_strict(schema: Any, where: str) -> tuple[int, int]:
    """Refuse what constrained sampling cannot keep; return optional and union parameters."""
    optional = unions = 0
    _refuse_recursion(schema, schema, where, ())
    for path, part in _parts(schema, where):
        if found := sorted(UNSUPPORTED & part.keys()):
            raise invalid(path, f"property '{found[0]}' is not supported in strict schemas")
        if part.get("minItems", 0) not in (0, 1):
            raise invalid(path, "'minItems' may only be 0 or 1 in strict schemas")
        if "format" in part and part["format"] not in FORMATS:
            raise invalid(path, f"format '{part['format']}' is not supported in strict schemas")
        if part.get("type") == "object" or "properties" in part:
            if part.get("additionalProperties") is not False:
                raise invalid(path, "'additionalProperties' must be false for every object")
            properties = part.get("properties", {})
            if unknown := set(part.get("required", ())) - properties.keys():
                raise invalid(path, f"required property '{sorted(unknown)[0]}' is not defined")
            optional += len(properties.keys() - set(part.get("required", ())))
            unions += sum(
                "anyOf" in item or isinstance(item.get("type"), list)
                for item in properties.values()
            )
    return optional, unions


def _parts(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema with its path."""
    if not isinstance(schema, dict):
        raise invalid(where, "a schema must be an object")
    yield where, schema
    for name in ("properties", "$defs", "definitions"):
        for key, part in schema.get(name, {}).items():
            yield from _parts(part, f"{where}.{name}.{key}")
    for name in ("anyOf", "allOf"):
        for position, part in enumerate(schema.get(name, [])):
            yield from _parts(part, f"{where}.{name}.{position}")
    if "items" in schema:
        yield from _parts(schema["items"], f"{where}.items")


def _refuse_recursion(part: Any, root: Any, where: str, seen: tuple[str, ...]) -> None:
    if isinstance(part, list):
        for item in part:
            _refuse_recursion(item, root, where, seen)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref")
    if isinstance(reference, str):
        if reference in seen:
            raise invalid(where, "recursive schemas are not supported in strict schemas")
        _refuse_recursion(_resolve(reference, root, where), root, where, (*seen, reference))
    for name, item in part.items():
        if name not in ("$defs", "definitions"):
            _refuse_recursion(item, root, where, seen)


def _resolve(reference: str, root: Any, where: str = "") -> Any:
    part = root
    for name in reference.removeprefix("#/").split("/"):
        if not reference.startswith("#/") or not isinstance(part, dict) or name not in part:
            raise invalid(where, f"reference '{reference}' does not resolve")
        part = part[name]
    return part


def misfit(value: Any, schema: dict[str, Any], root: Any = None, path: str = "input") -> str:
    """Return why a value does not fit a schema, or nothing."""
    root = root or schema
    if "$ref" in schema:
        schema = _resolve(schema["$ref"], root) | {k: v for k, v in schema.items() if k != "$ref"}
    if "anyOf" in schema:
        reasons = [misfit(value, part, root, path) for part in schema["anyOf"]]
        return "" if "" in reasons else reasons[0]
    if "const" in schema and value != schema["const"]:
        return f"{path} must be {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} must be one of {schema['enum']}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return f"{path} must be {' or '.join(kinds)}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{path} must match {schema['pattern']}"
    if isinstance(value, dict):
        return _misfit_of_object(value, schema, root, path)
    if isinstance(value, list) and "items" in schema:
        reasons = [
            misfit(item, schema["items"], root, f"{path}.{position}")
            for position, item in enumerate(value)
        ]
        return next(filter(None, reasons), "")
    return ""


def _misfit_of_object(value: dict[str, Any], schema: dict[str, Any], root: Any, path: str) -> str:
    properties = schema.get("properties", {})
    if missing := [name for name in schema.get("required", ()) if name not in value]:
        return f"{path}.{missing[0]} is required"
    extra = [name for name in value if name not in properties]
    if extra and schema.get("additionalProperties") is False:
        return f"{path}.{extra[0]} is not allowed"
    reasons = [
        misfit(value[name], part, root, f"{path}.{name}")
        for name, part in properties.items()
        if name in value
    ]
    return next(filter(None, reasons), "")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, TYPES.get(kind, ()))
