namespace EfsSharding.Scaling.Publishing;

/// <summary>
/// Reads what is published, with the changes put back in that a publisher wrote over without having known them: SSM has no
/// compare-and-swap, so that this can happen to anybody, and the publisher may have ended before it could see it.
/// </summary>
internal sealed class PublishedHistory(MapParameter parameter, TimeProvider timeProvider)
{
    private const int MaxDepth = 8;
    private const int MaxReads = 5;

    /// <summary>How many versions SSM keeps.</summary>
    private const int KeptVersions = 100;

    private static readonly TimeSpan ReadDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>A client that heard no answer sends the same text again within this time; later, it was somebody's who put it back, on purpose.</summary>
    private static readonly TimeSpan LongestSending = TimeSpan.FromMinutes(5);

    /// <returns>The document as it should be; null when nothing is published.</returns>
    /// <exception cref="ScalingException">SSM does not show a version that there must be.</exception>
    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    public async Task<PublishedDocument?> RestoreAsync(PublishedMap? current, CancellationToken cancellationToken) =>
        current is null ? null : await RestoreAsync(current, MaxDepth, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads until SSM shows a version that there is, or a later one: what answers may lag behind.</summary>
    public async Task<PublishedMap> ReadFromAsync(long version, CancellationToken cancellationToken) =>
        await RepeatAsync(
            async () => await parameter.ReadAsync(cancellationToken).ConfigureAwait(false) is { } current && current.Version >= version ? current : null,
            version,
            cancellationToken).ConfigureAwait(false);

    private async Task<PublishedDocument> RestoreAsync(PublishedMap current, int depth, CancellationToken cancellationToken)
    {
        if (current.FirstCovered is not { } first || depth == 0)
        {
            return current.Document;
        }

        try
        {
            if (await IsPutBackAsync(current, first, cancellationToken).ConfigureAwait(false))
            {
                return current.Document;
            }

            var last = current.Version - 1;
            var covered = await RepeatAsync(() => parameter.ReadVersionAsync(last, cancellationToken), last, cancellationToken).ConfigureAwait(false);
            var common = first == 1 ? null : await parameter.ReadVersionAsync(first - 1, cancellationToken).ConfigureAwait(false);
            var restored = await RestoreAsync(covered, depth - 1, cancellationToken).ConfigureAwait(false);
            return current.Document.Regain(common?.Document, restored, parameter.Name);
        }
        catch (ShardMapFormatException)
        {
            // What was covered was no map, or does not go together with what is there now; nothing can be kept of it.
            return current.Document;
        }
    }

    /// <summary>
    /// Whether the text was a version before, and became one again long afterwards. Both times are SSM's: the clock of who wrote it may be wrong.
    /// </summary>
    private async Task<bool> IsPutBackAsync(PublishedMap current, long first, CancellationToken cancellationToken)
    {
        for (var version = first; version < Math.Min(current.Version, first + MaxDepth); version++)
        {
            if (current.Version - version >= KeptVersions)
            {
                return true;
            }

            try
            {
                var wanted = version;
                var earlier = await RepeatAsync(() => parameter.ReadVersionAsync(wanted, cancellationToken), version, cancellationToken).ConfigureAwait(false);
                if (earlier.Document.Json == current.Document.Json)
                {
                    return current.LastModified - earlier.LastModified > LongestSending;
                }
            }
            catch (ShardMapFormatException)
            {
                // No map, so not the same text.
            }
        }

        return false;
    }

    private async Task<PublishedMap> RepeatAsync(Func<Task<PublishedMap?>> readAsync, long version, CancellationToken cancellationToken)
    {
        for (var read = 1; ; read++)
        {
            if (await readAsync().ConfigureAwait(false) is { } found)
            {
                return found;
            }

            if (read == MaxReads)
            {
                throw new ScalingException(
                    $"There is a version {version} of the parameter '{parameter.Name}', and SSM does not show it. A later run looks again.");
            }

            await Task.Delay(ReadDelay, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
