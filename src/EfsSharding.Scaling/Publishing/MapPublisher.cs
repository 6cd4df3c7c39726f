using System.Text;
using EfsSharding.Nfs.Files.Writing;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Diagnostics;
using EfsSharding.Scaling.Provisioning;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Publishing;

/// <summary>Publishes the mount targets of the file system when what is published differs.</summary>
/// <remarks>
/// SSM has no compare-and-swap. Each document says which version it continues, so that a write over somebody else's is noticed afterwards,
/// by this run or by the next one: what it covered is then read and merged again, and nobody's change is lost.
/// </remarks>
internal sealed class MapPublisher(MapParameter parameter, EfsScalingOptions options, TimeProvider timeProvider, ILogger<MapPublisher> logger)
{
    private const int MaxAttempts = 5;
    private readonly PublishedHistory _history = new(parameter, timeProvider);

    /// <param name="targets">All mount targets of the file system.</param>
    /// <param name="added">Whether this run added one.</param>
    /// <param name="lookAgainAsync">Lists them again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScalingException">The map cannot be published.</exception>
    /// <exception cref="ShardMapFormatException">What is published is broken; it is left as it is.</exception>
    public Task<Publication> PublishAsync(
        IReadOnlyList<MountTargetDescription> targets, bool added, Func<Task<IReadOnlyList<MountTargetDescription>>> lookAgainAsync, CancellationToken cancellationToken)
    {
        DateTimeOffset? addedAt = added ? timeProvider.GetUtcNow() : null;
        return WriteAsync(NextAsync, rolledOut: null, always: false, cancellationToken);

        async Task<PublishedDocument> NextAsync(PublishedDocument? before)
        {
            // What is published and was not seen may have come since: only who looked after reading the map may take something out of it.
            if (TakesOut(before?.Map, targets))
            {
                targets = await lookAgainAsync().ConfigureAwait(false);
            }

            return Next(before, targets, addedAt);
        }
    }

    /// <summary>Writes what is published once more, which shows that the parameter can be written.</summary>
    /// <param name="targets">What to publish when nothing is any more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScalingException">It cannot.</exception>
    /// <exception cref="ShardMapFormatException">What is published is broken; it is left as it is.</exception>
    public Task<Publication> RewriteAsync(IReadOnlyList<MountTargetDescription> targets, CancellationToken cancellationToken) =>
        WriteAsync(before => Task.FromResult(before ?? Next(before, targets)), rolledOut: null, always: true, cancellationToken);

    /// <summary>Notes that a service was deployed for the map that is published.</summary>
    /// <param name="published">The map.</param>
    /// <param name="service"><c>cluster/service</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScalingException">It cannot be written.</exception>
    /// <exception cref="ShardMapFormatException">What is published is broken; it is left as it is.</exception>
    public Task<Publication> NoteRolloutAsync(PublishedMap published, string service, CancellationToken cancellationToken) =>
        WriteAsync(before => Task.FromResult(before ?? published.Document), (published.Map, service), always: false, cancellationToken);

    /// <summary>What would be published, of the published revision when nothing would change.</summary>
    /// <param name="before">What is published; null when nothing is.</param>
    /// <param name="targets">All mount targets of the file system.</param>
    /// <param name="addedAt">When this run added one; null when it did not.</param>
    /// <exception cref="ScalingException">There is nothing to publish, or nobody could read it.</exception>
    public PublishedDocument Next(PublishedDocument? before, IReadOnlyList<MountTargetDescription> targets, DateTimeOffset? addedAt = null)
    {
        var map = MapMerge.Merge(before?.Map, options.FileSystemId, targets);
        addedAt ??= HasNew(before?.Map, targets) ? timeProvider.GetUtcNow() : null;

        // A parallel run may have noted the same a little later. A time that lies far ahead is a mistake.
        var last = before?.AdditionTo(options.FileSystemId);
        var addition = addedAt is { } time && !(last > time && last - time < options.CoolDown) ? time : last;
        try
        {
            return PublishedDocument.Of(map, before, parameter.Name).WithAddition(options.FileSystemId, addition, parameter.Name);
        }
        catch (ShardMapFormatException e)
        {
            throw new ScalingException($"The next shard map is not published, as nobody could read it. {e.Message}", e);
        }
    }

    /// <summary>Whether the published map loses a mount target of the file system by these.</summary>
    private bool TakesOut(ShardMap? published, IReadOnlyList<MountTargetDescription> targets)
    {
        var serving = targets.Where(MapMerge.IsServing).Select(target => target.MountTargetId).ToHashSet(StringComparer.Ordinal);
        return published?.MountTargets.Any(target => target.FileSystemId == options.FileSystemId && !serving.Contains(target.MountTargetId)) == true;
    }

    /// <summary>
    /// Whether there is one that came since the map was published: one that a run made and did not come to publish. A map of quite other mount
    /// targets does not say when these came.
    /// </summary>
    private static bool HasNew(ShardMap? published, IReadOnlyList<MountTargetDescription> targets)
    {
        var known = published?.MountTargets.Select(target => target.MountTargetId).ToHashSet(StringComparer.Ordinal) ?? [];
        return targets.Any(target => known.Contains(target.MountTargetId)) && targets.Any(target => target.IsAvailable() && !known.Contains(target.MountTargetId));
    }

    /// <summary>The text of a document as it would be sent, once it is certain that SSM takes it.</summary>
    /// <param name="next">The document.</param>
    /// <param name="current">What is published; null when nothing is.</param>
    /// <param name="rolledOut">The services that were deployed for its map.</param>
    /// <exception cref="ScalingException">SSM would refuse it, or there is no revision after the one before.</exception>
    public string ToSend(PublishedDocument next, PublishedMap? current, IReadOnlyList<string> rolledOut)
    {
        var isSameMap = current is not null && current.Map.HasSameContent(next.Map);
        var revision = Math.Max(next.Map.Revision, current?.Map.Revision ?? 0);
        if (!isSameMap)
        {
            revision = revision < long.MaxValue
                ? revision + 1
                : throw new ScalingException(
                    $"The shard map in '{parameter.Name}' is at the last revision that there is: $.revision is {revision}. Write it with a lower one, or delete the parameter and let it be made anew.");
        }

        var mark = new PublisherMark
        {
            Continues = current?.Version ?? 0,
            Sent = timeProvider.GetUtcNow(),
            PublishedAt = isSameMap ? current!.PublishedAt : null,
            RolledOut = rolledOut,
        };
        var json = PublishedDocument.Of(next.Map with { Revision = revision }, next, parameter.Name).With(mark, parameter.Name).Json;
        CheckSize(json, next.Map.MountTargets.Count);
        return json;
    }

    /// <summary>Sees that what is published still has room for a service that is to be noted as deployed.</summary>
    /// <exception cref="ScalingException">It has not.</exception>
    public void RequireRoom(PublishedMap published, string service) =>
        ToSend(published.Document, published, [.. published.RolledOut.Append(service).Distinct()]);

    /// <summary>Sees that a document can be published, and the services be noted afterwards that will be deployed for it.</summary>
    /// <exception cref="ScalingException">It cannot.</exception>
    public void RequireRoom(PublishedDocument next, PublishedMap? current, string? service)
    {
        var foreseen = new PublishedMap
        {
            Document = PublishedDocument.Parse(ToSend(next, current, []), parameter.Name),

            // It is written once more before a mount target is made.
            Version = (current?.Version ?? 0) + 2,
            LastModified = timeProvider.GetUtcNow(),
        };
        if (service is not null)
        {
            RequireRoom(foreseen, service);
        }
    }

    private async Task<Publication> WriteAsync(
        Func<PublishedDocument?, Task<PublishedDocument>> nextAsync, (ShardMap Map, string Service)? rolledOut, bool always, CancellationToken cancellationToken)
    {
        var current = await parameter.ReadAsync(cancellationToken).ConfigureAwait(false);
        var written = false;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var before = await _history.RestoreAsync(current, cancellationToken).ConfigureAwait(false);
            var document = await nextAsync(before).ConfigureAwait(false);
            var services = Services(current, document.Map, rolledOut);
            if (current is not null && !always && IsPublished(document, current, before) && services.SequenceEqual(current.RolledOut))
            {
                return new Publication(current, written);
            }

            always = false;
            var json = ToSend(document, current, services);
            if (await parameter.WriteAsync(json, current, cancellationToken).ConfigureAwait(false) is not { } version)
            {
                current = await parameter.ReadAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            written = true;
            var expected = (current?.Version ?? 0) + 1;
            current = await _history.ReadFromAsync(version, cancellationToken).ConfigureAwait(false);
            logger.MapPublished(parameter.Name, current.Map.Revision, current.Map.MountTargets.Count);
            if (current.Version != expected)
            {
                // Somebody else wrote: before ours, and we covered it, or after ours, and covered us.
                logger.MapWrittenByOthers(parameter.Name, current.Version);
            }
        }

        throw new ScalingException(
            $"The parameter '{parameter.Name}' was changed by others at each of {MaxAttempts} attempts. Let one process publish it.");
    }

    /// <summary>Whether what is published says all of it, and nothing that was covered is missing.</summary>
    private bool IsPublished(PublishedDocument next, PublishedMap current, PublishedDocument? before) =>
        current.Map.HasSameContent(next.Map)
        && current.Document.AdditionTo(options.FileSystemId) == next.AdditionTo(options.FileSystemId)
        && current.Document.HasSameContent(before!);

    private static List<string> Services(PublishedMap? current, ShardMap next, (ShardMap Map, string Service)? rolledOut)
    {
        var services = current?.Map.HasSameContent(next) == true ? current.RolledOut.ToList() : [];
        if (rolledOut is { } rollout && rollout.Map.HasSameContent(next) && !services.Contains(rollout.Service))
        {
            services.Add(rollout.Service);
        }

        return services;
    }

    private void CheckSize(string json, int mountTargets)
    {
        var size = Encoding.UTF8.GetByteCount(json);
        var limit = options.AllowAdvancedTier ? ShardMapCodec.AdvancedTierLimit : ShardMapCodec.StandardTierLimit;
        if (size > limit)
        {
            throw new ScalingException(
                $"The shard map of {mountTargets} mount targets has {size} bytes, and the parameter '{parameter.Name}' holds {limit}"
                + (options.AllowAdvancedTier ? ". Split the file systems over several parameters." : " in the standard tier. Set AllowAdvancedTier, or split the file systems over several parameters."));
        }

        if (json.Contains("{{", StringComparison.Ordinal))
        {
            throw new ScalingException($"The shard map for '{parameter.Name}' has '{{{{' in it, which SSM refuses. Look for it in the ids and zones of the map.");
        }
    }
}
