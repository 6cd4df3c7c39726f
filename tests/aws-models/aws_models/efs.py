"""Amazon EFS: one file system, and at most one mount target of it in each Availability Zone."""
import datetime
import ipaddress
import re

from . import account as accounts
from .errors import ServiceError

MAX_SECURITY_GROUPS = 5


class FileSystems:
    def __init__(self, account, file_system, creating_s, created_at):
        self._account, self._id, self._created_at = account, file_system, created_at
        self._creating = datetime.timedelta(seconds=creating_s)
        self._targets = {}

    def add_available(self, subnet_id):
        """A mount target from before the endpoint started; its id is like the subnet's, so that documents can name it."""
        self._add(subnet_id.replace("subnet-", "fsmt-"), self._account.subnets[subnet_id], None, self._created_at)

    def DescribeFileSystems(self, CreationToken=None, FileSystemId=None, MaxItems=None, Marker=None):
        if CreationToken is not None and FileSystemId is not None:
            raise ServiceError("BadRequest", "Give either CreationToken or FileSystemId.")
        if FileSystemId is not None:
            self._require(FileSystemId)
        shown = CreationToken in (None, self._id)
        return {"FileSystems": [self._description()] if shown else []}

    def DescribeMountTargets(self, FileSystemId=None, MountTargetId=None, AccessPointId=None, MaxItems=None, Marker=None):
        if [FileSystemId, MountTargetId, AccessPointId].count(None) != 2:
            raise ServiceError("BadRequest", "Give exactly one of FileSystemId, MountTargetId and AccessPointId.")
        if AccessPointId is not None:
            raise ServiceError("AccessPointNotFound", f"Access point '{AccessPointId}' does not exist.")
        if MountTargetId is not None:
            if MountTargetId not in self._targets:
                raise ServiceError("MountTargetNotFound", f"Mount target '{MountTargetId}' does not exist.")
            return {"MountTargets": [self._show(self._targets[MountTargetId])]}
        self._require(FileSystemId)
        if Marker is not None and Marker not in self._targets:
            raise ServiceError("BadRequest", "Invalid Marker.")
        size = min(MaxItems or self._account.page_size, self._account.page_size)
        shown, following = accounts.page(self._targets.values(), lambda target: target["MountTargetId"], Marker, size)
        return {
            "MountTargets": [self._show(target) for target in shown],
            **({"Marker": Marker} if Marker else {}),
            **({"NextMarker": following} if following else {}),
        }

    def CreateMountTarget(self, FileSystemId, SubnetId, IpAddress=None, SecurityGroups=None, IpAddressType=None, Ipv6Address=None):
        self._require(FileSystemId)
        if IpAddressType not in (None, "IPV4_ONLY") or Ipv6Address is not None:
            raise ServiceError("BadRequest", "The subnets of this account have IPv4 addresses only.")
        subnet = self._account.subnets.get(SubnetId)
        if subnet is None:
            raise ServiceError("SubnetNotFound", f"The subnet ID '{SubnetId}' does not exist.")
        groups = SecurityGroups if SecurityGroups is not None else self._account.security_groups[:1]
        if len(groups) > MAX_SECURITY_GROUPS:
            raise ServiceError("SecurityGroupLimitExceeded", f"A mount target has at most {MAX_SECURITY_GROUPS} security groups.")
        if not groups:
            raise ServiceError("BadRequest", "SecurityGroups is empty.")
        if strangers := [group for group in groups if group not in self._account.security_groups]:
            raise ServiceError("SecurityGroupNotFound", f"One or more security groups were not found: {strangers}")
        for target in self._targets.values():
            if target["AvailabilityZoneName"] == subnet.zone:
                raise ServiceError("MountTargetConflict", "mount target already exists in this AZ")
            if target["VpcId"] != subnet.vpc:
                raise ServiceError("MountTargetConflict", "requested subnet for new mount target is not in the same VPC as existing mount targets")
        if IpAddress is not None and ipaddress.ip_address(IpAddress) not in subnet.network:
            raise ServiceError("BadRequest", f"{IpAddress} is not an address of {SubnetId}.")
        return self._show(self._add(accounts.new_id("fsmt"), subnet, IpAddress, accounts.now()))

    def _add(self, target_id, subnet, wanted, since):
        address = subnet.take(wanted)
        if address is None:
            raise (ServiceError("IpAddressInUse", f"{wanted} is in use.") if wanted else
                   ServiceError("NoFreeAddressesInSubnet", f"{subnet.id} has no free address."))
        target = {
            "OwnerId": self._account.id,
            "MountTargetId": target_id,
            "FileSystemId": self._id,
            "SubnetId": subnet.id,
            "IpAddress": address,
            "NetworkInterfaceId": accounts.new_id("eni"),
            "AvailabilityZoneId": subnet.zone_id,
            "AvailabilityZoneName": subnet.zone,
            "VpcId": subnet.vpc,
            "since": since,
        }
        self._targets[target["MountTargetId"]] = target
        return target

    def _show(self, target):
        state = "available" if accounts.now() - target["since"] >= self._creating else "creating"
        return {**{name: value for name, value in target.items() if name != "since"}, "LifeCycleState": state}

    def _require(self, file_system):
        # The model takes an ARN wherever it takes an id.
        if re.sub(r"^arn:.*:file-system/", "", file_system) != self._id:
            raise ServiceError("FileSystemNotFound", f"File system '{file_system}' does not exist.")

    def _description(self):
        return {
            "OwnerId": self._account.id,
            "CreationToken": self._id,
            "FileSystemId": self._id,
            "FileSystemArn": self._account.arn("elasticfilesystem", f"file-system/{self._id}"),
            "CreationTime": self._created_at,
            "LifeCycleState": "available",
            "NumberOfMountTargets": len(self._targets),
            "SizeInBytes": {"Value": 6144, "ValueInIA": 0, "ValueInStandard": 6144},
            "PerformanceMode": "generalPurpose",
            "Encrypted": False,
            "ThroughputMode": "bursting",
            "Tags": [],
        }
