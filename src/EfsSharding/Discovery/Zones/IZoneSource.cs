namespace EfsSharding.Discovery.Zones;

/// <summary>One place that knows which Availability Zone this process runs in.</summary>
internal interface IZoneSource
{
    /// <summary>What it is, for the log.</summary>
    string Name { get; }

    /// <returns>The zone's name or id; null where this place does not exist.</returns>
    /// <exception cref="Exception">It exists and does not answer as it should.</exception>
    Task<string?> FindAsync(CancellationToken cancellationToken);
}
