"""JSON values as AWS's two JSON protocols have them, read and written by shape."""
import base64
import datetime
import decimal
import json

from .errors import ServiceError, unknown
from .shapes import wire_name

_TYPES = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "blob": str}
_NUMBERS = {"integer": (int,), "long": (int,), "float": (int, float), "double": (int, float), "timestamp": (int, float)}


def parse(body):
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise ServiceError("SerializationException", f"The body is not JSON: {error}") from error


def read(service, shape, value, where):
    """Turns parsed JSON into members by the model's names, and raises on what the shape does not know."""
    kind = shape.type_name
    if kind in _NUMBERS:
        right = isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool)
    else:
        right = isinstance(value, _TYPES[kind])
    if not right:
        raise ServiceError("SerializationException", f"{where} is {value!r}, not a {kind}")
    if kind == "structure":
        names = {wire_name(member, inner): member for member, inner in shape.members.items()}
        if strangers := set(value) - set(names):
            raise unknown(service, f"{where} has no {', '.join(sorted(strangers))} in the model")
        return {names[name]: read(service, shape.members[names[name]], inner, f"{where}.{name}") for name, inner in value.items()}
    if kind == "list":
        return [read(service, shape.member, inner, f"{where}[{index}]") for index, inner in enumerate(value)]
    if kind == "map":
        return {key: read(service, shape.value, inner, f"{where}[{key}]") for key, inner in value.items()}
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    return base64.b64decode(value) if kind == "blob" else value


def write(shape, value, explicit_nulls=False):
    """Writes a reply's value; one that does not fit its shape is a mistake of the endpoint, and raises."""
    kind = shape.type_name
    if kind == "structure":
        if strange := (set(value) - set(shape.members)) | (set(shape.required_members) - set(value)):
            raise ValueError(f"{shape.name}: unknown, or required and absent: {sorted(strange)}")
        members = [f"{json.dumps(wire_name(member, inner))}:{write(inner, value[member], explicit_nulls)}"
                   for member, inner in shape.members.items() if member in value]
        if explicit_nulls:
            members += [f"{json.dumps(wire_name(member, inner))}:null" for member, inner in shape.members.items() if member not in value]
        return "{" + ",".join(members) + "}"
    if kind == "list":
        return "[" + ",".join(write(shape.member, inner, explicit_nulls) for inner in value) + "]"
    if kind == "map":
        return "{" + ",".join(f"{json.dumps(key)}:{write(shape.value, inner, explicit_nulls)}" for key, inner in value.items()) + "}"
    if kind == "timestamp":
        return _timestamp(shape, value)
    if kind == "blob":
        return json.dumps(base64.b64encode(value).decode("ascii"))
    if kind == "string" and shape.enum and value not in shape.enum:
        raise ValueError(f"{shape.name} has no value {value!r}")
    if not isinstance(value, _NUMBERS.get(kind) or _TYPES[kind]):
        raise ValueError(f"{shape.name} is a {kind}, not {value!r}")
    return json.dumps(value)


def _timestamp(shape, value):
    """Seconds since 1970 as Java prints a double, which is what AWS sends: 1.479416023813E9."""
    if shape.serialization.get("timestampFormat", "unixTimestamp") != "unixTimestamp":
        return json.dumps(value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    epoch = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)
    milliseconds = (value - epoch) // datetime.timedelta(milliseconds=1)
    sign, digits, exponent = (decimal.Decimal(milliseconds) / 1000).normalize().as_tuple()
    text = "".join(str(digit) for digit in digits)
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{exponent + len(text) - 1}"
