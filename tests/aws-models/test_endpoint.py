#!/usr/bin/python3
"""The endpoint as botocore's own clients see it, and what it refuses. Run it as it is: ./test_endpoint.py"""
import datetime
import json
import time
import unittest
import urllib.error
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from aws_models.account import DEFAULTS
from aws_models.server import CALLS, Server

FILE_SYSTEM, VPC = DEFAULTS["file_system"], DEFAULTS["vpc"]
SUBNETS = [subnet for subnet, _ in DEFAULTS["subnets"]]
JSON, FORM = "application/x-amz-json-1.1", "application/x-www-form-urlencoded; charset=utf-8"
SESSION = botocore.session.get_session()
ECS = "AmazonEC2ContainerServiceV20141113"


class EndpointTest(unittest.TestCase):
    scenario = {}

    def setUp(self):
        self.server = Server({"creating_s": 0.3, **self.scenario})
        self.addCleanup(self.server.close)
        self.efs, self.ecs, self.ssm, self.ec2 = map(self.client, ("efs", "ecs", "ssm", "ec2"))

    def client(self, service, **changes):
        arguments = {"region_name": DEFAULTS["region"], "aws_access_key_id": DEFAULTS["access_key"],
                     "aws_secret_access_key": DEFAULTS["secret_key"], "endpoint_url": self.server.urls["all"],
                     "config": Config(retries={"total_max_attempts": 1}), **changes}
        client = SESSION.create_client(service, **arguments)
        self.addCleanup(client.close)
        return client

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response

    def raw(self, service, method, target, body=b"", headers=None, signed_body=None):
        """A request that no client would make, with a good signature unless the signed body is another one."""
        url = self.server.urls["all"] + target
        request = AWSRequest(method=method, url=url, data=signed_body if signed_body is not None else body, headers=headers or {})
        SigV4Auth(Credentials(DEFAULTS["access_key"], DEFAULTS["secret_key"]), service, DEFAULTS["region"]).add_auth(request)
        sent = urllib.request.Request(url, data=body or None, method=method, headers=dict(request.headers))
        try:
            with urllib.request.urlopen(sent) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def calls(self):
        with urllib.request.urlopen(self.server.urls["all"] + CALLS) as reply:
            return json.load(reply)


class FileSystemTest(EndpointTest):
    def test_a_mount_target_is_made_once_in_a_zone_and_becomes_available(self):
        made = self.efs.create_mount_target(FileSystemId=FILE_SYSTEM, SubnetId=SUBNETS[1])
        self.assertEqual(made["ResponseMetadata"]["HTTPStatusCode"], 200)
        self.assertEqual((made["LifeCycleState"], made["AvailabilityZoneName"], made["VpcId"]), ("creating", "eu-west-1b", VPC))
        self.assertEqual(made["IpAddress"], "10.0.1.4")
        time.sleep(0.3)
        listed = self.efs.describe_mount_targets(FileSystemId=FILE_SYSTEM)["MountTargets"]
        self.assertEqual([target["LifeCycleState"] for target in listed], ["available"] * 2)
        one = self.efs.describe_mount_targets(MountTargetId=made["MountTargetId"])["MountTargets"]
        self.assertEqual([target["SubnetId"] for target in one], [SUBNETS[1]])
        error = self.refused("MountTargetConflict", self.efs.create_mount_target, FileSystemId=FILE_SYSTEM, SubnetId=SUBNETS[1])
        self.assertEqual((error["ResponseMetadata"]["HTTPStatusCode"], error["ErrorCode"]), (409, "MountTargetConflict"))

    def test_errors_have_the_model_s_codes_and_statuses(self):
        create = self.efs.create_mount_target
        for code, status, changes in (
                ("FileSystemNotFound", 404, {"FileSystemId": "fs-00000000"}),
                ("SubnetNotFound", 400, {"SubnetId": "subnet-00000000"}),
                ("SecurityGroupNotFound", 400, {"SecurityGroups": ["sg-00000000"]}),
                ("SecurityGroupLimitExceeded", 400, {"SecurityGroups": [f"sg-0000000{number}" for number in range(6)]}),
                ("BadRequest", 400, {"SubnetId": "subnet-not-one-of-them"}),
                ("BadRequest", 400, {"IpAddress": "192.168.0.1"})):
            with self.subTest(code):
                error = self.refused(code, create, **{"FileSystemId": FILE_SYSTEM, "SubnetId": SUBNETS[1], **changes})
                self.assertEqual(error["ResponseMetadata"]["HTTPStatusCode"], status)
                self.assertTrue(error["Error"]["Message"])
                self.assertRegex(error["ResponseMetadata"]["RequestId"], "^[0-9a-f-]{36}$")

    def test_an_address_is_given_once(self):
        create = self.efs.create_mount_target
        self.assertEqual(create(FileSystemId=FILE_SYSTEM, SubnetId=SUBNETS[1], IpAddress="10.0.1.9")["IpAddress"], "10.0.1.9")
        self.assertEqual(self.ec2.describe_subnets(SubnetIds=[SUBNETS[1]])["Subnets"][0]["AvailableIpAddressCount"], 250)

    def test_the_file_system_is_described(self):
        described, = self.efs.describe_file_systems(FileSystemId=FILE_SYSTEM)["FileSystems"]
        self.assertEqual((described["LifeCycleState"], described["NumberOfMountTargets"]), ("available", 1))
        self.assertIsInstance(described["CreationTime"], datetime.datetime)
        self.refused("FileSystemNotFound", self.efs.describe_file_systems, FileSystemId="fs-00000000")

    def test_what_the_model_does_not_know_is_refused(self):
        path = "/2015-02-01/mount-targets"
        good = {"FileSystemId": FILE_SYSTEM, "SubnetId": SUBNETS[1]}
        for name, method, target, body in (
                ("unknown member", "POST", path, {**good, "Subnet": "x"}),
                ("member in another case", "POST", path, {**good, "securityGroups": []}),
                ("wrong type", "POST", path, {**good, "SecurityGroups": "sg-00000000"}),
                ("null", "POST", path, {**good, "SecurityGroups": None}),
                ("missing member", "POST", path, {"FileSystemId": FILE_SYSTEM}),
                ("not an object", "POST", path, [good]),
                ("query instead of body", "POST", f"{path}?FileSystemId={FILE_SYSTEM}&SubnetId={SUBNETS[1]}", good),
                ("body instead of query", "GET", path, {"FileSystemId": FILE_SYSTEM}),
                ("unknown in the query", "GET", f"{path}?FileSystemId={FILE_SYSTEM}&fileSystemId=x", None),
                ("no number", "GET", f"{path}?FileSystemId={FILE_SYSTEM}&MaxItems=many", None),
                ("number out of range", "GET", f"{path}?FileSystemId={FILE_SYSTEM}&MaxItems=0", None),
                ("unknown marker", "GET", f"{path}?FileSystemId={FILE_SYSTEM}&Marker=x", None),
                ("none of the ids", "GET", path, None)):
            with self.subTest(name):
                encoded = json.dumps(body).encode() if body is not None else b""
                status, text = self.raw("elasticfilesystem", method, target, encoded, {"Content-Type": "application/json"} if body else None)
                self.assertEqual(status, 400, text)
        self.assertEqual(self.raw("elasticfilesystem", "PUT", path)[0], 404)
        self.assertEqual(self.raw("elasticfilesystem", "GET", path + "/")[0], 404)
        self.assertEqual(len(self.efs.describe_mount_targets(FileSystemId=FILE_SYSTEM)["MountTargets"]), 1)


class PagesTest(EndpointTest):
    scenario = {"page_size": 1, "mount_targets": SUBNETS, "explicit_nulls": True}

    def test_botocore_s_paginators_find_all(self):
        targets = self.efs.get_paginator("describe_mount_targets").paginate(FileSystemId=FILE_SYSTEM)
        self.assertEqual([len(page["MountTargets"]) for page in targets], [1, 1, 1])
        subnets = self.ec2.get_paginator("describe_subnets").paginate(Filters=[{"Name": "vpc-id", "Values": [VPC]}])
        self.assertEqual([subnet["SubnetId"] for page in subnets for subnet in page["Subnets"]], SUBNETS)


class ServiceTest(EndpointTest):
    def describe(self):
        service, = self.ecs.describe_services(cluster="files", services=["worker"])["services"]
        return [(deployment["id"], deployment["status"], deployment["createdAt"]) for deployment in service["deployments"]]

    def test_a_forced_deployment_is_the_new_primary_and_the_former_keeps_its_time(self):
        (former, status, created), = self.describe()
        self.assertEqual(status, "PRIMARY")
        updated = self.ecs.update_service(cluster="files", service="worker", forceNewDeployment=True)["service"]
        primary, active = self.describe()
        self.assertEqual(primary, (updated["deployments"][0]["id"], "PRIMARY", updated["deployments"][0]["createdAt"]))
        self.assertNotEqual(primary[0], former)
        self.assertEqual(active, (former, "ACTIVE", created))
        age = datetime.datetime.now(datetime.timezone.utc) - primary[2]
        self.assertLess(abs(age), datetime.timedelta(minutes=1))

    def test_times_are_written_as_aws_writes_them(self):
        headers = {"X-Amz-Target": f"{ECS}.DescribeServices", "Content-Type": JSON}
        _, text = self.raw("ecs", "POST", "/", json.dumps({"cluster": "files", "services": ["worker"]}).encode(), headers)
        self.assertRegex(text, r'"createdAt":\d\.\d{1,12}E9[,}]')

    def test_an_update_without_force_deploys_nothing(self):
        before = self.describe()
        self.ecs.update_service(cluster=self.ecs.describe_services(cluster="files", services=["worker"])["services"][0]["clusterArn"],
                                service="worker")
        self.assertEqual(self.describe(), before)

    def test_what_is_not_there_is_said_as_ecs_says_it(self):
        reply = self.ecs.describe_services(cluster="files", services=["other"])
        self.assertEqual((reply["services"], reply["failures"][0]["reason"]), ([], "MISSING"))
        self.refused("ClusterNotFoundException", self.ecs.describe_services, cluster="other", services=["worker"])
        self.refused("ClusterNotFoundException", self.ecs.describe_services, services=["worker"])
        self.refused("ServiceNotFoundException", self.ecs.update_service, cluster="files", service="other")

    def test_what_the_model_does_not_know_is_refused(self):
        good = {"cluster": "files", "services": ["worker"]}
        for name, target, body, content_type in (
                ("unknown member", "DescribeServices", {**good, "Cluster": "files"}, JSON),
                ("wrong type", "DescribeServices", {**good, "services": "worker"}, JSON),
                ("a string for a boolean", "UpdateService", {"service": "worker", "forceNewDeployment": "true"}, JSON),
                ("a number for a string", "UpdateService", {"service": 1}, JSON),
                ("not in the enumeration", "DescribeServices", {**good, "include": ["ALL"]}, JSON),
                ("missing member", "UpdateService", {"cluster": "files"}, JSON),
                ("unknown operation", "DescribeService", good, JSON)):
            with self.subTest(name):
                headers = {"X-Amz-Target": f"{ECS}.{target}", "Content-Type": content_type}
                status, text = self.raw("ecs", "POST", "/", json.dumps(body).encode(), headers)
                self.assertEqual(status, 400, text)
                self.assertIn("__type", json.loads(text))
        headers = {"X-Amz-Target": f"{ECS}.DescribeServices", "Content-Type": "application/json"}
        self.assertEqual(self.raw("ecs", "POST", "/", json.dumps(good).encode(), headers)[0], 404)


class ParameterTest(EndpointTest):
    scenario = {"parameters": {"/present": "old"}}

    def put(self, name="/p", value="v", **more):
        return self.ssm.put_parameter(Name=name, Value=value, **{"Type": "String", **more})

    def test_versions_count_up_and_stay_readable(self):
        self.assertEqual(self.put()["Version"], 1)
        self.assertEqual((self.put(value="w", Overwrite=True)["Version"], self.put(value="x", Overwrite=True)["Version"]), (2, 3))
        newest, second = (self.ssm.get_parameter(Name=name)["Parameter"] for name in ("/p", "/p:2"))
        self.assertEqual((newest["Value"], newest["Version"], newest["Type"]), ("x", 3, "String"))
        self.assertEqual((second["Value"], second["Version"], second["Selector"]), ("w", 2, ":2"))
        age = datetime.datetime.now(datetime.timezone.utc) - newest["LastModifiedDate"]
        self.assertLess(abs(age), datetime.timedelta(minutes=1))
        self.assertLess(self.ssm.get_parameter(Name="/present")["Parameter"]["LastModifiedDate"], newest["LastModifiedDate"])

    def test_only_the_last_hundred_versions_are_kept(self):
        for number in range(102):
            self.put(value=f"{number}", Overwrite=True)
        self.refused("ParameterVersionNotFound", self.ssm.get_parameter, Name="/p:2")
        self.assertEqual(self.ssm.get_parameter(Name="/p:3")["Parameter"]["Value"], "2")

    def test_errors_are_parameter_store_s(self):
        self.refused("ParameterNotFound", self.ssm.get_parameter, Name="/none")
        self.refused("ParameterAlreadyExists", self.put, name="/present")
        self.refused("HierarchyTypeMismatchException", self.put, name="/present", Overwrite=True, Type="StringList")
        for bad in ({"name": "/aws/x"}, {"name": "/a b"}, {"name": "a/b"}, {"value": ""}, {"value": "{{x}}"}, {"value": "x" * 4097}):
            with self.subTest(str(bad)[:40]):
                self.refused("ValidationException", self.put, **bad)
        with self.subTest("no type"):
            self.refused("ValidationException", self.ssm.put_parameter, Name="/p", Value="v")

    def test_intelligent_tiering_grows_and_never_shrinks(self):
        self.assertEqual(self.put(Tier="Intelligent-Tiering")["Tier"], "Standard")
        self.assertEqual(self.put(Tier="Intelligent-Tiering", value="x" * 4097, Overwrite=True)["Tier"], "Advanced")
        self.assertEqual(self.put(Tier="Intelligent-Tiering", Overwrite=True)["Tier"], "Advanced")
        self.refused("ValidationException", self.put, Tier="Standard", Overwrite=True)
        self.refused("ValidationException", self.put, Tier="Intelligent-Tiering", value="x" * 8193, Overwrite=True)


class SubnetTest(EndpointTest):
    def test_filters_narrow_down(self):
        def find(**filters):
            asked = [{"Name": name.replace("_", "-"), "Values": values} for name, values in filters.items()]
            return [subnet["SubnetId"] for subnet in self.ec2.describe_subnets(Filters=asked)["Subnets"]]
        self.assertEqual(find(vpc_id=[VPC], state=["available"]), SUBNETS)
        self.assertEqual(find(availability_zone=["eu-west-1b", "*c"]), SUBNETS[1:])
        self.assertEqual(find(vpc_id=["vpc-00000000"]), [])

    def test_the_xml_has_the_model_s_names(self):
        status, text = self.raw("ec2", "POST", "/", b"Action=DescribeSubnets&Version=2016-11-15", {"Content-Type": FORM})
        self.assertEqual((status, text.count("<item>")), (200, len(SUBNETS)))
        self.assertIn("</requestId><subnetSet><item><availabilityZone", text)
        self.assertIn("<availabilityZone>eu-west-1a</availabilityZone>", text)
        self.assertEqual(text.count("<tagSet/>"), len(SUBNETS))

    def test_errors_are_ec2_s(self):
        self.refused("InvalidSubnetID.NotFound", self.ec2.describe_subnets, SubnetIds=["subnet-00000000"])
        self.refused("InvalidParameterValue", self.ec2.describe_subnets, Filters=[{"Name": "colour", "Values": ["red"]}])
        self.refused("DryRunOperation", self.ec2.describe_subnets, DryRun=True)

    def test_what_the_model_does_not_know_is_refused(self):
        start = "Action=DescribeSubnets&Version=2016-11-15"
        for form in (f"{start}&Subnet.1=x", f"{start}&Filter.1.name=vpc-id", f"{start}&Filter.2.Name=vpc-id", f"{start}&MaxResults=4",
                     f"{start}&MaxResults=all", f"{start}&DryRun=yes", f"{start}&SubnetIds.1=x", "Action=DescribeSubnets&Version=2014-01-01",
                     "Action=DescribeSubnet&Version=2016-11-15", "Version=2016-11-15"):
            with self.subTest(form):
                status, text = self.raw("ec2", "POST", "/", form.encode(), {"Content-Type": FORM})
                self.assertEqual(status, 400, text)
                self.assertIn("<Errors><Error><Code>", text)


class SignatureTest(EndpointTest):
    def test_a_wrong_signature_is_refused(self):
        describe = {"FileSystemId": FILE_SYSTEM}
        wrong_secret = self.client("efs", aws_secret_access_key="wrong")
        self.refused("InvalidSignatureException", wrong_secret.describe_mount_targets, **describe)
        other_region = self.client("efs", region_name="eu-west-2")
        self.refused("InvalidSignatureException", other_region.describe_mount_targets, **describe)
        other_key = self.client("efs", aws_access_key_id="AKIAOTHER")
        self.refused("UnrecognizedClientException", other_key.describe_mount_targets, **describe)
        other_service = self.client("efs", endpoint_url=self.server.urls["ecs"])
        self.refused("InvalidSignatureException", other_service.describe_mount_targets, **describe)

    def test_each_service_has_a_port_of_its_own(self):
        own = self.client("efs", endpoint_url=self.server.urls["efs"])
        self.assertEqual(len(own.describe_mount_targets(FileSystemId=FILE_SYSTEM)["MountTargets"]), 1)

    def test_a_changed_body_is_refused(self):
        body = json.dumps({"FileSystemId": FILE_SYSTEM, "SubnetId": SUBNETS[1]}).encode()
        headers = {"Content-Type": "application/json"}
        status, text = self.raw("elasticfilesystem", "POST", "/2015-02-01/mount-targets", body, headers, signed_body=body.replace(b"b", b"c"))
        self.assertEqual(status, 403, text)
        self.assertEqual([call["error"] for call in self.calls()], ["InvalidSignatureException"])

    def test_an_unsigned_request_is_refused(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{self.server.urls['all']}/2015-02-01/mount-targets?FileSystemId={FILE_SYSTEM}")
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()


class ThrottlingTest(EndpointTest):
    scenario = {"throttle_once": True}

    def test_each_operation_is_throttled_once_without_effect(self):
        for code, call, arguments in (
                ("ThrottlingException", self.efs.describe_mount_targets, {"FileSystemId": FILE_SYSTEM}),
                ("ThrottlingException", self.ecs.describe_services, {"cluster": "files", "services": ["worker"]}),
                ("ThrottlingException", self.ssm.put_parameter, {"Name": "/p", "Value": "v", "Type": "String"}),
                ("RequestLimitExceeded", self.ec2.describe_subnets, {})):
            with self.subTest(call.__name__):
                self.refused(code, call, **arguments)
                call(**arguments)


if __name__ == "__main__":
    unittest.main()
