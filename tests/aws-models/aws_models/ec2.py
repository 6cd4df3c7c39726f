"""Amazon EC2: the subnets of one VPC."""
import fnmatch

from . import account as accounts
from .errors import ServiceError

_FILTERS = {
    "availability-zone": lambda subnet: subnet["AvailabilityZone"],
    "availabilityZone": lambda subnet: subnet["AvailabilityZone"],
    "availability-zone-id": lambda subnet: subnet["AvailabilityZoneId"],
    "available-ip-address-count": lambda subnet: str(subnet["AvailableIpAddressCount"]),
    "cidr-block": lambda subnet: subnet["CidrBlock"],
    "default-for-az": lambda subnet: "true" if subnet["DefaultForAz"] else "false",
    "owner-id": lambda subnet: subnet["OwnerId"],
    "state": lambda subnet: subnet["State"],
    "subnet-arn": lambda subnet: subnet["SubnetArn"],
    "subnet-id": lambda subnet: subnet["SubnetId"],
    "vpc-id": lambda subnet: subnet["VpcId"],
}


class Subnets:
    def __init__(self, account):
        self._account = account

    def DescribeSubnets(self, Filters=(), SubnetIds=(), DryRun=False, NextToken=None, MaxResults=None):
        if DryRun:
            raise ServiceError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        if SubnetIds and MaxResults is not None:
            raise ServiceError("InvalidParameterCombination", "The parameter MaxResults cannot be used with the parameter SubnetIds")
        for subnet in SubnetIds:
            if subnet not in self._account.subnets:
                raise ServiceError("InvalidSubnetID.NotFound", f"The subnet ID '{subnet}' does not exist")
        if NextToken is not None and NextToken not in self._account.subnets:
            raise ServiceError("InvalidPaginationToken", "The pagination token is not valid.")
        found = [self._describe(subnet) for subnet in self._account.subnets.values() if not SubnetIds or subnet.id in SubnetIds]
        for asked in Filters:
            found = [subnet for subnet in found if _matches(asked, subnet)]
        size = min(MaxResults or self._account.page_size, self._account.page_size)
        shown, following = accounts.page(found, lambda subnet: subnet["SubnetId"], NextToken, size)
        return {"Subnets": shown, **({"NextToken": following} if following else {})}

    def _describe(self, subnet):
        return {
            "AvailabilityZone": subnet.zone,
            "AvailabilityZoneId": subnet.zone_id,
            "AvailableIpAddressCount": subnet.free,
            "CidrBlock": str(subnet.network),
            "DefaultForAz": False,
            "MapPublicIpOnLaunch": False,
            "MapCustomerOwnedIpOnLaunch": False,
            "State": "available",
            "SubnetId": subnet.id,
            "VpcId": subnet.vpc,
            "OwnerId": self._account.id,
            "AssignIpv6AddressOnCreation": False,
            "SubnetArn": self._account.arn("ec2", f"subnet/{subnet.id}"),
            "EnableDns64": False,
            "Ipv6Native": False,
            "PrivateDnsNameOptionsOnLaunch": {
                "HostnameType": "ip-name", "EnableResourceNameDnsARecord": False, "EnableResourceNameDnsAAAARecord": False},
        }


def _matches(asked, subnet):
    """A filter's values are alternatives, with * and ? as wildcards."""
    if asked.get("Name") not in _FILTERS or not asked.get("Values"):
        raise ServiceError("InvalidParameterValue", f"The filter '{asked.get('Name')}' is invalid")
    return any(fnmatch.fnmatchcase(_FILTERS[asked["Name"]](subnet), value) for value in asked["Values"])
