"""What the account holds when the endpoint starts, and the services that show and change it."""
import datetime
import ipaddress
import uuid

from .efs import FileSystems
from .ecs import Services
from .ec2 import Subnets
from .ssm import Parameters

DEFAULTS = {
    "region": "eu-west-1",
    "account": "111122223333",
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "file_system": "fs-0123456789abcdef0",
    "vpc": "vpc-0a1b2c3d4e5f60718",
    "security_groups": ["sg-0a1b2c3d4e5f60718"],
    # A list of id, zone and, if it is not the usual 251, the number of free addresses.
    "subnets": [["subnet-0000000000000000a", "a"], ["subnet-0000000000000000b", "b"], ["subnet-0000000000000000c", "c"]],
    # The subnets that have a mount target already.
    "mount_targets": ["subnet-0000000000000000a"],
    # How long a mount target is `creating`.
    "creating_s": 1.0,
    "cluster": "files",
    "service": "worker",
    # By name; written an hour ago, the service deployed an hour before that.
    "parameters": {},
    # How many mount targets or subnets one reply lists at most.
    "page_size": 100,
    # Whether the first call of each operation is throttled.
    "throttle_once": False,
    # Whether members without a value are shown as null, or as an empty element, instead of left out.
    "explicit_nulls": False,
}


class Account:
    """The state of all services; not safe for concurrent use, the endpoint takes one call at a time."""

    def __init__(self, scenario):
        if strangers := set(scenario) - set(DEFAULTS):
            raise ValueError(f"The scenario has unknown settings: {', '.join(sorted(strangers))}")
        settings = {**DEFAULTS, **scenario}
        self.region, self.id = settings["region"], settings["account"]
        self.access_key, self.secret_key = settings["access_key"], settings["secret_key"]
        self.page_size, self.throttle_once = settings["page_size"], settings["throttle_once"]
        self.explicit_nulls = settings["explicit_nulls"]
        self.security_groups = settings["security_groups"]
        subnets = [Subnet(settings["vpc"], self.region, number, *subnet) for number, subnet in enumerate(settings["subnets"])]
        self.subnets = {subnet.id: subnet for subnet in subnets}
        hour = datetime.timedelta(hours=1)
        file_systems = FileSystems(self, settings["file_system"], settings["creating_s"], now() - 24 * hour)
        for subnet in settings["mount_targets"]:
            file_systems.add_available(subnet)
        parameters = Parameters(self)
        for name, value in settings["parameters"].items():
            parameters.add(name, value, now() - hour)
        self.services = {
            "efs": file_systems,
            "ssm": parameters,
            "ec2": Subnets(self),
            "ecs": Services(self, settings["cluster"], settings["service"], now() - 2 * hour),
        }

    def arn(self, service, resource):
        return f"arn:aws:{service}:{self.region}:{self.id}:{resource}"


class Subnet:
    """A subnet and its addresses, of which AWS keeps the first four and the last."""

    def __init__(self, vpc, region, number, subnet_id, zone, free=None):
        self.id, self.vpc = subnet_id, vpc
        self.zone, self.zone_id = f"{region}{zone}", f"euw1-az{ord(zone) - ord('a') + 1}"
        self.network = ipaddress.ip_network(f"10.0.{number}.0/24")
        self._addresses = [str(address) for address in self.network.hosts()][3:][:free]

    @property
    def free(self):
        return len(self._addresses)

    def take(self, wanted=None):
        """Takes an address out; None when it is not free."""
        if wanted is None:
            return self._addresses.pop(0) if self._addresses else None
        if wanted in self._addresses:
            self._addresses.remove(wanted)
            return wanted
        return None


def now():
    """The time in whole milliseconds, as the services tell it."""
    time = datetime.datetime.now(datetime.timezone.utc)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def new_id(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:17]}"


def page(items, key, after, size):
    """The items whose key comes after the marker, and the marker of the next page or None."""
    rest = sorted((item for item in items if after is None or key(item) > after), key=key)
    return rest[:size], key(rest[size - 1]) if len(rest) > size else None
