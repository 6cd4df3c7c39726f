using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Publishing;

/// <summary>Publishes the mount targets of the file system when what is published differs.</summary>
/// <remarks>
/// SSM has no compare-and-swap. Each write answers with its version, so that a write over somebody else's is noticed afterwards: what it
/// covered is then read and merged again, and nobody's change is lost.
/// </remarks>
internal sealed class MapPublisher(MapParameter parameter, EfsScalingOptions options, TimeProvider timeProvider, ILogger<MapPublisher> logger)
{
    private const int MaxAttempts = 5;
    private const int MaxReads = 5;
    private static readonly TimeSpan ReadDelay = TimeSpan.FromMilliseconds(200);

    /// <param name="targets">All mount targets of the file system.</param>
    /// <param name="added">Whether this run added one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScalingException">The map cannot be published.</exception>
    /// <exception cref="ShardMapFormatException">What is published is broken; it is left as it is.</exception>
    public async Task<Publication> PublishAsync(IReadOnlyList<MountTargetDescription> targets, bool added, CancellationToken cancellationToken)
    {
        var current = await parameter.ReadAsync(cancellationToken).ConfigureAwait(false);
        var basis = current;
        var written = false;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (map, lastAddition) = Next(basis, targets, added);
            if (current is not null && current.Map.HasSameContent(map))
            {
                return new Publication(current, written);
            }

            map = map with { Revision = Math.Max(basis?.Map.Revision ?? 0, current?.Map.Revision ?? 0) + 1 };
            var json = PublishedDocument.Serialize(map, lastAddition, parameter.Name, options.AllowAdvancedTier);
            if (await parameter.WriteAsync(json, create: current is null, cancellationToken).ConfigureAwait(false) is not { } version)
            {
                current = basis = await parameter.ReadAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            written = true;
            logger.MapPublished(parameter.Name, map.Revision, map.MountTargets.Count);
            var expected = (current?.Version ?? 0) + 1;
            current = await ReadBackAsync(version, cancellationToken).ConfigureAwait(false);
            if (version <= expected && current.Version == version)
            {
                return new Publication(current, written);
            }

            // Somebody else wrote: before ours, and we covered it, or after ours, and covered us.
            logger.MapWrittenByOthers(parameter.Name, current.Version);
            basis = current.Version > version
                ? current
                : await parameter.ReadVersionAsync(version - 1, cancellationToken).ConfigureAwait(false) ?? current;
        }

        throw new ScalingException(
            $"The parameter '{parameter.Name}' was changed by others at each of {MaxAttempts} attempts. Let one process publish it.");
    }

    /// <summary>What would be published, of the published revision when nothing would change.</summary>
    public (ShardMap Map, DateTimeOffset? LastAddition) Next(PublishedMap? published, IReadOnlyList<MountTargetDescription> targets, bool added)
    {
        var map = MapMerge.Merge(published?.Map, options.FileSystemId, targets);
        var known = published?.Map.MountTargets.Select(target => target.MountTargetId).ToHashSet(StringComparer.Ordinal);
        added |= known is not null && map.MountTargets.Any(target => !known.Contains(target.MountTargetId));
        return (map, added ? timeProvider.GetUtcNow() : published?.LastAddition);
    }

    /// <summary>Reads until SSM shows the version that it said it wrote, or a later one.</summary>
    private async Task<PublishedMap> ReadBackAsync(long version, CancellationToken cancellationToken)
    {
        for (var read = 1; ; read++)
        {
            if (await parameter.ReadAsync(cancellationToken).ConfigureAwait(false) is { } current && current.Version >= version)
            {
                return current;
            }

            if (read == MaxReads)
            {
                throw new ScalingException(
                    $"SSM took version {version} of the parameter '{parameter.Name}' and does not show it. A later run looks again.");
            }

            await Task.Delay(ReadDelay, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
