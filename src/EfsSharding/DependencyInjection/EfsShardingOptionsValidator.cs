using EfsSharding.Discovery;
using EfsSharding.Validation;
using Microsoft.Extensions.Options;

namespace EfsSharding.DependencyInjection;

internal sealed class EfsShardingOptionsValidator : IValidateOptions<EfsShardingOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, EfsShardingOptions options)
    {
        var failures = new OptionsFailures(name, nameof(EfsShardingOptions));
        if (options.ParameterName is { } parameterName && string.IsNullOrWhiteSpace(parameterName))
        {
            failures.Add(nameof(options.ParameterName), "is empty; it must be the SSM parameter that holds the shard map, or be left null with DefaultTargets set.");
        }

        failures.Require(nameof(options.RefreshInterval), options.RefreshInterval, Shortest, LongestInterval);
        failures.Require(nameof(options.OperationTimeout), options.OperationTimeout, Shortest, Longest);
        failures.Require(nameof(options.MountTimeout), options.MountTimeout, Shortest, Longest);
        failures.Require(nameof(options.MinRetryDelay), options.MinRetryDelay, Shortest, Longest);
        failures.Require(nameof(options.MaxRetryDelay), options.MaxRetryDelay, Shortest, Longest);
        if (options.MaxRetryDelay < options.MinRetryDelay)
        {
            failures.Add(nameof(options.MaxRetryDelay), $"is {options.MaxRetryDelay:c}, less than MinRetryDelay, {options.MinRetryDelay:c}; it must be the same or more.");
        }

        failures.Require(nameof(options.MaxConcurrentOperationsPerTarget), options.MaxConcurrentOperationsPerTarget, 1, 4096);
        if (!Enum.IsDefined(options.RoutingRule))
        {
            failures.Add(nameof(options.RoutingRule), $"is {(int)options.RoutingRule}; it must be {string.Join(" or ", Enum.GetNames<RoutingRule>())}.");
        }

        if (!Enum.IsDefined(options.DefaultLayout))
        {
            failures.Add(nameof(options.DefaultLayout), $"is {(int)options.DefaultLayout}; it must be {string.Join(" or ", Enum.GetNames<FileLayout>())}.");
        }

        if (!Enum.IsDefined(options.MountTargetOrder))
        {
            failures.Add(nameof(options.MountTargetOrder), $"is {(int)options.MountTargetOrder}; it must be {string.Join(" or ", Enum.GetNames<MountTargetOrder>())}.");
        }

        if (options.AvailabilityZone is { } zone && string.IsNullOrWhiteSpace(zone))
        {
            failures.Add(nameof(options.AvailabilityZone), "is empty; it must be the name or the id of a zone, such as eu-west-1a, or be left null.");
        }

        if (options.DefaultTargets.Count > 0)
        {
            CheckTargets(options, failures);
        }

        return failures.ToResult();
    }

    /// <summary>They are held to the rules of a published map.</summary>
    private static void CheckTargets(EfsShardingOptions options, OptionsFailures failures)
    {
        try
        {
            ShardMapCodec.Check(FixedShardMapSource.MapOf(options.DefaultTargets), nameof(options.DefaultTargets));
        }
        catch (ShardMapFormatException e)
        {
            failures.Add(nameof(options.DefaultTargets), $"is wrong at {e.Position}: {e.Problem} Each target needs an id, a file system id, IP addresses or none, and a weight of 0 to {ShardMapReader.MaxWeight}.");
        }
    }
}
