namespace EfsSharding.Scaling.Rollout;

/// <param name="Service"><c>cluster/service</c>, as the published document notes it.</param>
/// <param name="IsDue">Whether a deployment is wanted.</param>
/// <param name="Detail">Why not, for people.</param>
internal sealed record RolloutState(string Service, bool IsDue, string Detail);
