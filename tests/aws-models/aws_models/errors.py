"""What a service refuses, and the codes that it refuses a malformed request with."""

# By the services' lists of common errors; EFS models its own.
_INVALID = {"efs": "BadRequest", "ecs": "InvalidParameterException", "ssm": "ValidationException", "ec2": "InvalidParameterValue"}
_MISSING = {**_INVALID, "ec2": "MissingParameter"}
_UNKNOWN = {**_INVALID, "ec2": "UnknownParameter"}
_THROTTLED = {"efs": ("ThrottlingException", 429), "ecs": ("ThrottlingException", 400),
              "ssm": ("ThrottlingException", 400), "ec2": ("RequestLimitExceeded", 503)}


class ServiceError(Exception):
    """An error that goes back to the caller. The model's HTTP status counts before the one given here."""

    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(service, message):
    return ServiceError(_INVALID[service], message)


def missing(service, message):
    return ServiceError(_MISSING[service], message)


def unknown(service, message):
    return ServiceError(_UNKNOWN[service], message)


def throttled(service):
    code, status = _THROTTLED[service]
    return ServiceError(code, "Rate exceeded", status)
