"""JSON 1.1: always POST /, with the operation in the header X-Amz-Target."""
import json

from . import json_values
from .errors import ServiceError


def read(model, request):
    """Returns the operation and the members of its input."""
    if request.method != "POST" or request.target != "/":
        raise ServiceError("UnknownOperationException", f"JSON 1.1 is POST /, not {request.method} {request.target}", 404)
    content_type = f"application/x-amz-json-{model.metadata['jsonVersion']}"
    if request.headers.get("Content-Type") != content_type:
        raise ServiceError("UnknownOperationException", f"Content-Type is {request.headers.get('Content-Type')}, not {content_type}", 404)
    target = request.headers.get("X-Amz-Target", "")
    prefix, _, name = target.partition(".")
    if prefix != model.metadata["targetPrefix"] or name not in model.operation_names:
        raise ServiceError("UnknownOperationException", f"{model.service_name} has no '{target}'")
    operation = model.operation_model(name)
    return operation, json_values.read(model.service_name, operation.input_shape, json_values.parse(request.body), name)


def write(operation, value, explicit_nulls):
    """Returns the status, the headers and the body of a reply."""
    body = json_values.write(operation.output_shape, value, explicit_nulls) if operation.output_shape else "{}"
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, body.encode()


def write_error(model, error, request_id):
    shape = model.shape_for(error.code) if error.code in model.shape_names else None
    status = shape.metadata.get("error", {}).get("httpStatusCode", error.status) if shape else error.status
    # Some of the models' errors have no members; the services send a message all the same.
    text = next((name for name in shape.members if name.lower() == "message"), "message") if shape else "message"
    body = {"__type": error.code, **({text: error.message} if error.message else {})}
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()
