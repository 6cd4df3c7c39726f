using Microsoft.Extensions.Options;

namespace EfsSharding.DependencyInjection;

internal sealed class EfsShardingOptionsValidator : IValidateOptions<EfsShardingOptions>
{
    public ValidateOptionsResult Validate(string? name, EfsShardingOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.ParameterName is { } parameterName && string.IsNullOrWhiteSpace(parameterName))
        {
            result.AddError("is empty. Name the SSM parameter that holds the shard map, or leave it null and set DefaultTargets.", nameof(options.ParameterName));
        }

        RequirePositive(result, options.RefreshInterval, nameof(options.RefreshInterval));
        RequirePositive(result, options.OperationTimeout, nameof(options.OperationTimeout));
        RequirePositive(result, options.MountTimeout, nameof(options.MountTimeout));
        RequirePositive(result, options.MinRetryDelay, nameof(options.MinRetryDelay));
        if (options.MaxRetryDelay < options.MinRetryDelay)
        {
            result.AddError($"is {options.MaxRetryDelay}, less than MinRetryDelay ({options.MinRetryDelay}).", nameof(options.MaxRetryDelay));
        }

        if (options.MaxConcurrentOperationsPerTarget is < 1 or > 4096)
        {
            result.AddError($"is {options.MaxConcurrentOperationsPerTarget}; it must be 1 to 4096.", nameof(options.MaxConcurrentOperationsPerTarget));
        }

        if (!Enum.IsDefined(options.RoutingRule))
        {
            result.AddError($"is {(int)options.RoutingRule}, which is no routing rule.", nameof(options.RoutingRule));
        }

        foreach (var target in options.DefaultTargets)
        {
            if (string.IsNullOrWhiteSpace(target.MountTargetId) || string.IsNullOrWhiteSpace(target.FileSystemId) || target.Weight is < 0 or > 100)
            {
                result.AddError($"holds {target}; each target needs an id, a file system id and a weight of 0 to 100.", nameof(options.DefaultTargets));
            }
        }

        if (options.DefaultTargets.DistinctBy(t => t.MountTargetId).Count() != options.DefaultTargets.Count)
        {
            result.AddError("names a mount target twice.", nameof(options.DefaultTargets));
        }

        return result.Build();
    }

    private static void RequirePositive(ValidateOptionsResultBuilder result, TimeSpan value, string option)
    {
        if (value <= TimeSpan.Zero)
        {
            result.AddError($"is {value}; it must be more than zero.", option);
        }
    }
}
