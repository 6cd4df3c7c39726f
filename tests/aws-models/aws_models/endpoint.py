"""Answers requests: finds service and operation, checks, calls, writes, and keeps a log of the calls."""
import uuid
from dataclasses import dataclass, field
from typing import Any

from . import ec2_query, json_rpc, rest_json, services, shapes, signatures
from .errors import ServiceError, throttled

_PROTOCOLS = {"rest-json": rest_json, "json": json_rpc, "ec2": ec2_query}


@dataclass
class Request:
    """A request as it came in: the target is the path with the query, nothing is decoded."""
    method: str
    target: str
    headers: Any
    body: bytes

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return self.target.partition("?")[2]


@dataclass
class Call:
    """One line of the log."""
    service: str
    operation: str = None
    input: dict = None
    status: int = None
    error: str = None
    message: str = None
    output: dict = field(default=None)


class Endpoint:
    def __init__(self, account):
        self.calls = []
        self._account = account
        self._models = services.load()
        self._by_signing_name = {model.signing_name: model for model in self._models.values()}
        self._throttled = set()

    def answer(self, request, only=None):
        """Returns the status, the headers and the body.

        The service is the one that the signature is for: all of them can share a port, as behind AWS_ENDPOINT_URL. `only` names the
        service of a port that is one service's.
        """
        request_id = str(uuid.uuid4())
        call = Call(only or "?")
        self.calls.append(call)
        model = self._models.get(only)
        try:
            scope = signatures.Scope(request.headers.get("Authorization"))
            model = model or self._by_signing_name.get(scope.service)
            if model is None:
                raise ServiceError("InvalidSignatureException", f"The endpoint has no service '{scope.service}'.", 403)
            call.service = model.service_name
            status, headers, body = self._serve(model, scope, request, request_id, call)
        except ServiceError as error:
            model = model or self._models["ssm"]
            call.error, call.message = error.code, error.message
            status, headers, body = _PROTOCOLS[model.protocol].write_error(model, error, request_id)
        except Exception as error:
            call.status, call.error, call.message = 500, "InternalFailure", repr(error)
            raise
        call.status = status
        return status, {"x-amzn-RequestId": request_id, **headers}, body

    def _serve(self, model, scope, request, request_id, call):
        account = self._account
        signatures.check(request, scope, model, account.region, account.access_key, account.secret_key)
        protocol = _PROTOCOLS[model.protocol]
        operation, value = protocol.read(model, request)
        call.operation, call.input = operation.name, value
        shapes.check(model.service_name, operation.input_shape, value, operation.name)
        handler = getattr(account.services[model.service_name], operation.name, None)
        if handler is None:
            raise ServiceError("UnknownOperationException", f"The endpoint does not offer {operation.name}.", 404)
        if account.throttle_once and (model.service_name, operation.name) not in self._throttled:
            self._throttled.add((model.service_name, operation.name))
            raise throttled(model.service_name)
        call.output = handler(**value)
        more = (request_id, model) if protocol is ec2_query else ()
        return protocol.write(operation, call.output, account.explicit_nulls, *more)
