using Microsoft.Extensions.Logging;

namespace EfsSharding.Discovery.Zones;

/// <summary>The Availability Zone that this process runs in: an option, else the first source that knows it. Looked for once.</summary>
/// <param name="configured">What the option says; null to ask the sources.</param>
/// <param name="sources">Asked in order.</param>
/// <param name="timeProvider">The clock of the time limit.</param>
/// <param name="logger">Gets which zone it is, or why it is not known.</param>
internal sealed partial class ClientZone(string? configured, IReadOnlyList<IZoneSource> sources, TimeProvider timeProvider, ILogger<ClientZone> logger)
{
    /// <summary>Each answers from this machine within milliseconds; an instance's metadata that a container may not reach answers never.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<string?>? _search;

    /// <returns>The zone's name or id; null when nothing knows it.</returns>
    public Task<string?> GetAsync()
    {
        lock (_gate)
        {
            return _search ??= SearchAsync();
        }
    }

    private async Task<string?> SearchAsync()
    {
        if (configured is not null)
        {
            return configured;
        }

        List<string> problems = [];
        foreach (var source in sources)
        {
            using var limit = new CancellationTokenSource(Timeout, timeProvider);
            try
            {
                if (await source.FindAsync(limit.Token).ConfigureAwait(false) is { Length: > 0 } zone)
                {
                    LogFound(logger, zone, source.Name);
                    return zone;
                }
            }
            catch (Exception e)
            {
                problems.Add($"{source.Name}: {(limit.IsCancellationRequested ? $"no answer within {Timeout.TotalSeconds} s" : e.Message)}");
            }
        }

        LogUnknown(logger, problems.Count == 0 ? "this is neither an ECS task nor an EC2 instance." : string.Join("; ", problems) + '.');
        return null;
    }

    [LoggerMessage(1010, LogLevel.Information, "This process runs in zone {Zone}, says {Source}: mount targets there are asked first.", EventName = "ZoneFound")]
    private static partial void LogFound(ILogger logger, string zone, string source);

    [LoggerMessage(1011, LogLevel.Warning, "The zone of this process is not known, so that mount targets are asked in the order of the hash: {Reason} Set EfsShardingOptions.AvailabilityZone.", EventName = "ZoneUnknown")]
    private static partial void LogUnknown(ILogger logger, string reason);
}
