using EfsSharding.Scaling.Deciding;
using EfsSharding.Scaling.Provisioning;
using EfsSharding.Scaling.Publishing;
using EfsSharding.Scaling.Rollout;

namespace EfsSharding.Scaling.Pipeline;

/// <summary>The parts of the pipeline, in their order.</summary>
internal sealed record ScalingStages(
    IFileCounter Counter,
    ScalingRule Rule,
    SubnetCatalog Subnets,
    MountTargetProvisioner Provisioner,
    MountTargetWait Wait,
    MapParameter Parameter,
    MapPublisher Publisher,
    ServiceRollout Rollout);
