"""AWS Systems Manager Parameter Store: parameters with their versions and tiers."""
import re

from . import account as accounts
from .errors import ServiceError

MAX_VERSIONS = 100
MAX_LEVELS = 15
_LIMITS = {"Standard": 4096, "Advanced": 8192}


class Parameters:
    def __init__(self, account):
        self._account = account
        self._versions = {}

    def add(self, name, value, modified_at):
        """A parameter from before the endpoint started."""
        self._versions[name] = [_version(1, "String", value, "text", "Standard", modified_at)]

    def GetParameter(self, Name, WithDecryption=False):
        prefix = self._account.arn("ssm", "parameter")
        name, colon, selector = Name.removeprefix(prefix).partition(":")
        versions = self._versions.get(name)
        if versions is None:
            # AWS gives no message here.
            raise ServiceError("ParameterNotFound", "")
        found = versions[-1]
        if colon:
            found = next((version for version in versions if str(version["Version"]) == selector), None)
            if found is None:
                raise ServiceError("ParameterVersionNotFound", f"Systems Manager could not find version {selector} of {name}.")
        shown = {member: found[member] for member in ("Type", "Value", "Version", "LastModifiedDate", "DataType")}
        return {"Parameter": {"Name": name, "ARN": prefix + name, **shown, **({"Selector": ":" + selector} if colon else {})}}

    def PutParameter(self, Name, Value, Type=None, Overwrite=False, Tier=None, DataType="text", Description=None,
                     AllowedPattern=None, Tags=()):
        _check_name(Name)
        versions = self._versions.get(Name, [])
        if versions and not Overwrite:
            raise ServiceError("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite "
                               "option in the request to true.")
        if Overwrite and Tags:
            raise _invalid("Invalid request: tags and overwrite can't be used together.")
        if Type is None and not versions:
            raise _invalid("A parameter type is required when you create a parameter.")
        if versions and Type not in (None, versions[-1]["Type"]):
            raise ServiceError("HierarchyTypeMismatchException", "Parameter Store doesn't support changing a parameter type in a hierarchy.")
        if not Value:
            raise _invalid("Parameter value can't be empty.")
        if "{{" in Value:
            raise _invalid("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.")
        if AllowedPattern and re.fullmatch(AllowedPattern, Value) is None:
            raise ServiceError("ParameterPatternMismatchException", f"Parameter value, cannot be validated against allowedPattern: {AllowedPattern}")
        tier = _tier(Tier, len(Value), versions[-1]["Tier"] if versions else "Standard")
        number = versions[-1]["Version"] + 1 if versions else 1
        versions = [*versions, _version(number, Type or versions[-1]["Type"], Value, DataType, tier, accounts.now())]
        self._versions[Name] = versions[-MAX_VERSIONS:]
        return {"Version": number, "Tier": tier}


def _version(number, kind, value, data_type, tier, modified_at):
    return {"Version": number, "Type": kind, "Value": value, "DataType": data_type, "Tier": tier, "LastModifiedDate": modified_at}


def _tier(asked, size, present):
    """Which tier a value of this size gets; an advanced parameter never becomes a standard one."""
    if asked == "Standard" and present == "Advanced":
        raise _invalid("This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter "
                       "tier to the standard-parameter tier.")
    if asked == "Intelligent-Tiering":
        asked = "Advanced" if size > _LIMITS["Standard"] else None
    tier = asked or present
    if size > _LIMITS[tier]:
        raise _invalid(f"{tier} tier parameters support a maximum parameter value of {_LIMITS[tier]} characters.")
    return tier


def _check_name(name):
    if re.fullmatch(r"/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*", name) is None or ("/" in name and name[0] != "/"):
        raise _invalid("Parameter name must be a fully qualified name.")
    if re.match(r"/?(aws|ssm)", name, re.IGNORECASE):
        raise _invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).")
    if name.count("/") > MAX_LEVELS:
        raise ServiceError("HierarchyLevelLimitExceededException", f"A hierarchy can have a maximum of {MAX_LEVELS} levels.")


def _invalid(message):
    return ServiceError("ValidationException", message)
