namespace EfsSharding.Scaling.Aws;

/// <summary>The states of a deployment (ECS API, Deployment).</summary>
public static class DeploymentStatus
{
    /// <summary>The newest one, which the service moves to.</summary>
    public const string Primary = "PRIMARY";

    /// <summary>An older one, whose tasks still run while the primary replaces them.</summary>
    public const string Active = "ACTIVE";

    /// <summary>One that has been replaced.</summary>
    public const string Inactive = "INACTIVE";
}
