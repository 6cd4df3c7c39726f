using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <param name="Target">What was added; null when no zone takes one.</param>
/// <param name="Explanation">For people.</param>
internal sealed record ProvisionedTarget(MountTargetDescription? Target, string Explanation);
