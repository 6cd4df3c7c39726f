"""The service models of the services that the endpoint offers."""
import functools

from botocore.loaders import Loader
from botocore.model import ServiceModel

NAMES = ("efs", "ecs", "ssm", "ec2")


@functools.cache
def load():
    """Returns the newest model of each service, by its name in botocore."""
    loader = Loader()
    return {name: ServiceModel(loader.load_service_model(name, "service-2"), name) for name in NAMES}
