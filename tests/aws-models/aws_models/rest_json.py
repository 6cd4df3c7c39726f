"""REST-JSON: the operation is in the method and the path, the members are where the model locates them."""
import json
import re
import urllib.parse

from . import json_values
from .errors import ServiceError, unknown

_LOCATIONS = ("uri", "querystring", "header", "headers", "statusCode")


def find_operation(model, request):
    for name in model.operation_names:
        operation = model.operation_model(name)
        match = _template(operation.http["requestUri"]).fullmatch(request.path)
        if match and request.method == operation.http["method"]:
            return operation, {key: urllib.parse.unquote(value) for key, value in match.groupdict().items()}
    raise ServiceError("UnknownOperationException", f"{model.service_name} has no {request.method} {request.path}", 404)


def read(model, request):
    """Returns the operation and the members of its input."""
    operation, path_values = find_operation(model, request)
    service, shape = model.service_name, operation.input_shape
    query = urllib.parse.parse_qsl(request.query, keep_blank_values=True, strict_parsing=bool(request.query))
    members = shape.members if shape else {}
    value, in_body = {}, {}
    for member, inner in members.items():
        name = inner.serialization.get("name", member)
        location = inner.serialization.get("location")
        if location is None:
            in_body[name] = member
        elif location == "uri":
            value[member] = _text(service, inner, path_values[name], member)
        elif location == "querystring":
            found = [text for key, text in query if key == name]
            query = [(key, text) for key, text in query if key != name]
            if inner.type_name == "list" and found:
                value[member] = [_text(service, inner.member, text, member) for text in found]
            elif len(found) > 1:
                raise ServiceError("BadRequest", f"{member} is given {len(found)} times")
            elif found:
                value[member] = _text(service, inner, found[0], member)
        elif location == "header":
            if (text := request.headers.get(name)) is not None:
                value[member] = _text(service, inner, text, member)
        else:
            raise NotImplementedError(f"{operation.name}.{member} is located in {location}")
    if query:
        raise unknown(service, f"{operation.name} takes no {', '.join(key for key, _ in query)} in the query")
    if request.body and not in_body:
        raise unknown(service, f"{operation.name} takes no body")
    if request.body:
        if request.headers.get_content_type() != "application/json":
            raise ServiceError("SerializationException", f"Content-Type is {request.headers.get('Content-Type')}, not application/json")
        body = json_values.parse(request.body)
        located = {member for member in members if member not in in_body.values()}
        if isinstance(body, dict) and (misplaced := located & set(body)):
            raise unknown(service, f"{', '.join(sorted(misplaced))} does not belong into the body")
        value.update(json_values.read(service, shape, body, operation.name))
    return operation, value


def write(operation, value, explicit_nulls):
    """Returns the status, the headers and the body of a reply."""
    shape = operation.output_shape
    status = operation.http.get("responseCode", 200)
    if shape is None or not shape.members:
        return status, {}, b""
    if any(inner.serialization.get("location") in _LOCATIONS for inner in shape.members.values()):
        raise NotImplementedError(f"{operation.name} answers outside of the body")
    return status, {"Content-Type": "application/json"}, json_values.write(shape, value, explicit_nulls).encode()


def write_error(model, error, request_id):
    shape = model.shape_for(error.code) if error.code in model.shape_names else None
    status = shape.metadata.get("error", {}).get("httpStatusCode", error.status) if shape else error.status
    body = {"ErrorCode": error.code, "Message": error.message} if shape else {"message": error.message}
    text = json_values.write(shape, body) if shape else json.dumps(body)
    return status, {"Content-Type": "application/json", "x-amzn-ErrorType": f"{error.code}:"}, text.encode()


def _template(uri):
    parts = re.split(r"\{(\w+)\}", uri.partition("?")[0])
    return re.compile("".join(f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def _text(service, shape, text, where):
    """A value outside of the body, where everything is text."""
    kind = shape.type_name
    if kind == "string":
        return text
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "long") and re.fullmatch(r"-?\d+", text):
        return int(text)
    raise ServiceError("SerializationException", f"{where} is '{text}', not a {kind}")
