"""Amazon ECS: one service of one cluster, and its deployments."""
import datetime
import random

from . import account as accounts
from .errors import ServiceError

MAX_SERVICES = 10
# How long the tasks of a former deployment go on beside those of the new one.
DRAINING = datetime.timedelta(seconds=30)


class Services:
    def __init__(self, account, cluster, service, created_at):
        self._account, self._cluster, self._name, self._created_at = account, cluster, service, created_at
        self._cluster_arn = account.arn("ecs", f"cluster/{cluster}")
        self._arn = account.arn("ecs", f"service/{cluster}/{service}")
        self._task_definition = account.arn("ecs", f"task-definition/{service}:1")
        self._deployments = [(self._new_deployment_id(), created_at)]

    def DescribeServices(self, services, cluster="default", include=()):
        self._require_cluster(cluster)
        if not 1 <= len(services) <= MAX_SERVICES:
            raise ServiceError("InvalidParameterException", f"Services must have 1 to {MAX_SERVICES} names.")
        return {
            "services": [self._description() for service in services if service in (self._name, self._arn)],
            "failures": [{"arn": self._account.arn("ecs", f"service/{self._cluster}/{service}"), "reason": "MISSING"}
                         for service in services if service not in (self._name, self._arn)],
        }

    def UpdateService(self, service, cluster="default", forceNewDeployment=False, **others):
        self._require_cluster(cluster)
        if service not in (self._name, self._arn):
            raise ServiceError("ServiceNotFoundException", "Service not found.")
        if others:
            raise ServiceError("InvalidParameterException", f"The endpoint does not keep {', '.join(sorted(others))}.")
        if forceNewDeployment:
            self._deployments.insert(0, (self._new_deployment_id(), accounts.now()))
        return {"service": self._description()}

    def _require_cluster(self, cluster):
        if cluster not in (self._cluster, self._cluster_arn):
            raise ServiceError("ClusterNotFoundException", "Cluster not found.")

    def _description(self):
        (newest, started), *former = self._deployments
        settled = accounts.now() - started >= DRAINING
        shown = [self._deployment(newest, started, "PRIMARY", settled)]
        if not settled:
            shown += [self._deployment(name, time, "ACTIVE", True) for name, time in former]
        return {
            "serviceArn": self._arn,
            "serviceName": self._name,
            "clusterArn": self._cluster_arn,
            "loadBalancers": [],
            "serviceRegistries": [],
            "status": "ACTIVE",
            "desiredCount": 2,
            "runningCount": 2,
            "pendingCount": 0,
            "launchType": "FARGATE",
            "platformVersion": "LATEST",
            "platformFamily": "Linux",
            "taskDefinition": self._task_definition,
            "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100},
            "deployments": shown,
            "events": [{"id": "5f2a0b36-9a3f-4c1e-9b1c-0d4d9f1c2e7a", "createdAt": self._created_at,
                        "message": f"(service {self._name}) has reached a steady state."}],
            "createdAt": self._created_at,
            "placementConstraints": [],
            "placementStrategy": [],
            "schedulingStrategy": "REPLICA",
            "deploymentController": {"type": "ECS"},
            "createdBy": f"arn:aws:iam::{self._account.id}:role/admin",
            "enableECSManagedTags": False,
            "propagateTags": "NONE",
            "enableExecuteCommand": False,
        }

    def _deployment(self, name, started, status, settled):
        return {
            "id": name,
            "status": status,
            "taskDefinition": self._task_definition,
            "desiredCount": 2,
            "pendingCount": 0 if settled else 2,
            "runningCount": 2 if settled else 0,
            "failedTasks": 0,
            "createdAt": started,
            "updatedAt": started,
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "rolloutState": "COMPLETED" if settled else "IN_PROGRESS",
            "rolloutStateReason": f"ECS deployment {name} {'completed' if settled else 'in progress'}.",
        }

    @staticmethod
    def _new_deployment_id():
        return f"ecs-svc/{random.randrange(10**18, 10**19)}"
