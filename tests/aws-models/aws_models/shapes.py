"""What the model says of a value, whatever protocol brought it."""
import re

from .errors import invalid, missing

_BOUNDS = {"integer": (-2**31, 2**31 - 1), "long": (-2**63, 2**63 - 1)}


def wire_name(member, shape):
    """The name of a structure's member in JSON and in XML replies."""
    return shape.serialization.get("name", member)


def check(service, shape, value, where):
    """Raises when a value that a protocol has read breaks a rule of its shape."""
    kind = shape.type_name
    if kind == "structure":
        for member in shape.required_members:
            if member not in value:
                raise missing(service, f"{where}.{member} is required")
        if shape.metadata.get("union") and len(value) != 1:
            raise invalid(service, f"{where} must have exactly one member")
        for member, inner in value.items():
            check(service, shape.members[member], inner, f"{where}.{member}")
        return
    _check_bounds(service, shape, value, where)
    if kind == "list":
        for index, inner in enumerate(value):
            check(service, shape.member, inner, f"{where}[{index}]")
    elif kind == "map":
        for key, inner in value.items():
            check(service, shape.key, key, f"{where} key")
            check(service, shape.value, inner, f"{where}[{key}]")
    elif kind == "string":
        _check_text(service, shape, value, where)


def _check_bounds(service, shape, value, where):
    kind = shape.type_name
    if kind in ("boolean", "timestamp"):
        return
    size = len(value) if kind in ("string", "list", "map", "blob") else value
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    natural_low, natural_high = _BOUNDS.get(kind, (None, None))
    low = natural_low if low is None else low
    high = natural_high if high is None else high
    if (low is not None and size < low) or (high is not None and size > high):
        raise invalid(service, f"{where} is {value!r}; its {'length' if size is not value else 'value'} must be {low}…{high}")


def _check_text(service, shape, value, where):
    if shape.enum and value not in shape.enum:
        raise invalid(service, f"{where} is {value!r}; it must be one of {', '.join(shape.enum)}")
    pattern = shape.metadata.get("pattern")
    # The models' patterns are Java's; the few with Unicode classes are beyond Python's.
    if pattern and "\\p{" not in pattern and re.search(pattern, value) is None:
        raise invalid(service, f"{where} is {value!r}; it must match {pattern}")
