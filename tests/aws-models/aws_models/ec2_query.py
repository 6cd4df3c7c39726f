"""EC2's query protocol: the operation and its members as a form, replies in XML."""
import re
import urllib.parse
from xml.sax.saxutils import escape

from .errors import ServiceError, unknown
from .shapes import wire_name


def read(model, request):
    """Returns the operation and the members of its input."""
    if request.method != "POST" or request.path != "/" or request.query:
        raise ServiceError("InvalidRequest", f"The endpoint reads POST /, not {request.method} {request.target}")
    if request.headers.get_content_type() != "application/x-www-form-urlencoded":
        raise ServiceError("InvalidRequest", f"Content-Type is {request.headers.get('Content-Type')}")
    pairs = urllib.parse.parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, strict_parsing=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise ServiceError("InvalidParameterValue", "A parameter is given twice")
    action, version = form.pop("Action", None), form.pop("Version", None)
    if version != model.api_version:
        raise ServiceError("InvalidParameterValue", f"Version is {version}, not {model.api_version}")
    if action not in model.operation_names:
        raise ServiceError("InvalidAction", f"The action {action} is not valid for this web service.")
    operation = model.operation_model(action)
    value = _read_structure(operation.input_shape, form, "")
    if form:
        raise unknown("ec2", f"{action} takes no {', '.join(sorted(form))}")
    return operation, value


def write(operation, value, explicit_nulls, request_id, model):
    """Returns the status, the headers and the body of a reply."""
    inner = _write_members(operation.output_shape, value, explicit_nulls)
    body = (f'<?xml version="1.0" encoding="UTF-8"?>\n<{operation.name}Response xmlns="{model.metadata["xmlNamespace"]}/">'
            f"<requestId>{request_id}</requestId>{inner}</{operation.name}Response>")
    return 200, {"Content-Type": "text/xml;charset=UTF-8"}, body.encode()


def write_error(model, error, request_id):
    # EC2 models no errors; their one form is in its documentation.
    body = ('<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
            f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>")
    return error.status, {"Content-Type": "text/xml;charset=UTF-8"}, body.encode()


def _query_name(member, shape):
    if "queryName" in shape.serialization:
        return shape.serialization["queryName"]
    name = shape.serialization.get("name")
    return name[0].upper() + name[1:] if name else member


def _read_structure(shape, form, prefix):
    """Takes the structure's members out of the form."""
    value = {}
    for member, inner in shape.members.items():
        name = prefix + _query_name(member, inner)
        if any(key == name or key.startswith(name + ".") for key in form):
            value[member] = _read(inner, form, name)
    return value


def _read(shape, form, name):
    if shape.type_name == "structure":
        return _read_structure(shape, form, name + ".")
    if shape.type_name == "list":
        value = []
        while any(re.match(rf"{re.escape(name)}\.{len(value) + 1}(\.|$)", key) for key in form):
            value.append(_read(shape.member, form, f"{name}.{len(value) + 1}"))
        return value
    text = form.pop(name, None)
    if text is None:
        raise ServiceError("InvalidParameterValue", f"{name} has no value")
    if shape.type_name == "string":
        return text
    if shape.type_name == "boolean" and text in ("true", "false"):
        return text == "true"
    if shape.type_name in ("integer", "long") and re.fullmatch(r"-?\d+", text):
        return int(text)
    raise ServiceError("InvalidParameterValue", f"{name} is '{text}', not a {shape.type_name}")


def _write_members(shape, value, explicit_nulls):
    if strangers := set(value) - set(shape.members):
        raise ValueError(f"{shape.name} has no {sorted(strangers)}")
    members = ((wire_name(member, inner), inner, value.get(member)) for member, inner in shape.members.items())
    return "".join(f"<{name}/>" if inner_value is None else f"<{name}>{_write(inner, inner_value, explicit_nulls)}</{name}>"
                   for name, inner, inner_value in members if inner_value is not None or _is_shown_empty(inner, explicit_nulls))


def _is_shown_empty(shape, explicit_nulls):
    """EC2 shows sets that are empty; what else is empty it mostly leaves out, but not always."""
    return shape.type_name == "list" or (explicit_nulls and shape.type_name == "string")


def _write(shape, value, explicit_nulls):
    if shape.type_name == "structure":
        return _write_members(shape, value, explicit_nulls)
    if shape.type_name == "list":
        name = shape.member.serialization.get("name", "member")
        return "".join(f"<{name}>{_write(shape.member, inner, explicit_nulls)}</{name}>" for inner in value)
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "string" and shape.enum and value not in shape.enum:
        raise ValueError(f"{shape.name} has no value {value!r}")
    return escape(str(value))
