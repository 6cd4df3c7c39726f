"""Signature Version 4, checked by signing the same request with botocore's signer."""
import datetime
import hashlib
import hmac
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from .errors import ServiceError

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,]+)/(?P<day>\d{8})/(?P<region>[^/,]+)/(?P<service>[^/,]+)/aws4_request"
    r", ?SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})")
_SKEW = datetime.timedelta(minutes=5)


class Scope:
    """What an Authorization header says."""

    def __init__(self, header):
        match = _AUTHORIZATION.fullmatch(header or "")
        if match is None:
            raise ServiceError("MissingAuthenticationToken" if not header else "IncompleteSignature",
                               f"Not a Signature Version 4: {header!r}", 403)
        self.access_key, self.day, self.region, self.service = match["key"], match["day"], match["region"], match["service"]
        self.signed_headers = match["headers"].split(";")
        self.signature = match["signature"]


class _Verifier(SigV4Auth):
    """Signs the headers that the caller has signed instead of choosing some."""

    def __init__(self, credentials, scope):
        super().__init__(credentials, scope.service, scope.region)
        self._names = scope.signed_headers

    def headers_to_sign(self, request):
        headers = HTTPHeaders()
        for name in self._names:
            for value in request.headers.get_all(name) or ():
                headers[name] = value
        return headers


def check(request, scope, service, region, access_key, secret_key):
    """Raises what AWS answers when the signature is not good for this service and Region."""
    if scope.access_key != access_key:
        raise ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.", 403)
    if scope.service != service.signing_name:
        raise _bad(f"Credential should be scoped to correct service: '{service.signing_name}', not '{scope.service}'.")
    if scope.region != region:
        raise _bad(f"Credential should be scoped to a valid region: '{region}', not '{scope.region}'.")
    if scope.signed_headers != sorted(set(scope.signed_headers)):
        raise _bad("SignedHeaders are not sorted, or repeat one.")
    must = {"host"} | {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    if unsigned := must - set(scope.signed_headers):
        raise _bad(f"These headers must be signed: {', '.join(sorted(unsigned))}.")
    timestamp = request.headers.get("X-Amz-Date", "")
    if not re.fullmatch(r"\d{8}T\d{6}Z", timestamp) or timestamp[:8] != scope.day:
        raise _bad(f"X-Amz-Date is '{timestamp}', the credential's date '{scope.day}'.")
    signed_at = datetime.datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(datetime.datetime.now(datetime.timezone.utc) - signed_at) > _SKEW:
        raise _bad(f"Signature expired: {timestamp} is not within 5 minutes of now.")
    checksum = request.headers.get("X-Amz-Content-SHA256")
    if checksum is not None and checksum != hashlib.sha256(request.body).hexdigest():
        raise _bad("X-Amz-Content-SHA256 is not the body's.")
    if not hmac.compare_digest(_sign(request, scope, timestamp, access_key, secret_key), scope.signature):
        raise _bad("The request signature we calculated does not match the signature you provided.")


def _sign(request, scope, timestamp, access_key, secret_key):
    signer = _Verifier(Credentials(access_key, secret_key), scope)
    signed = AWSRequest(method=request.method, url=f"http://{request.headers['Host']}{request.target}", data=request.body)
    for name, value in request.headers.items():
        signed.headers[name] = value
    signed.context["timestamp"] = timestamp
    return signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)


def _bad(message):
    return ServiceError("InvalidSignatureException", message, 403)
