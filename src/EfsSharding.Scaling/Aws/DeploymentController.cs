namespace EfsSharding.Scaling.Aws;

/// <summary>What runs the deployments of an ECS service (ECS API, DeploymentController).</summary>
public sealed record DeploymentController
{
    /// <summary>The controller that <c>UpdateService</c> with <c>forceNewDeployment</c> works with.</summary>
    public const string Ecs = "ECS";

    /// <summary><see cref="Ecs"/>, <c>CODE_DEPLOY</c> or <c>EXTERNAL</c>.</summary>
    public required string Type { get; init; }
}
