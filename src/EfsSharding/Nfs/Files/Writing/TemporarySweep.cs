using System.Collections.Concurrent;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Removes the temporary files that crashed writers left. A listing that meets one has its age looked at afterwards, so that no
/// caller waits for it: once an hour at most, as nearly all belong to writes under way.
/// </summary>
internal sealed class TemporarySweep(NfsConversation conversation, NfsVolumeSettings settings, NfsBackground background, TemporaryFiles temporaries)
{
    private const int MaxRemembered = 4096;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromHours(1);
    private readonly TemporarySightings _sightings = new(settings.Time);
    private readonly ConcurrentDictionary<string, long> _lookedAt = new(StringComparer.Ordinal);

    public void Consider(string directory, IReadOnlyList<string> names)
    {
        List<string>? due = null;
        foreach (var name in names)
        {
            var path = directory.Length == 0 ? name : $"{directory}/{name}";
            if (IsDue(path))
            {
                (due ??= []).Add(path);
            }
        }

        if (due is not null)
        {
            background.Run(closing => SweepAsync(due, closing));
        }
    }

    private bool IsDue(string path)
    {
        var now = settings.Time.GetTimestamp();
        if (_lookedAt.TryGetValue(path, out var last) && settings.Time.GetElapsedTime(last, now) < LookAgainAfter)
        {
            return false;
        }

        if (_lookedAt.Count >= MaxRemembered)
        {
            _lookedAt.Clear();
        }

        _lookedAt[path] = now;
        return true;
    }

    private async Task SweepAsync(List<string> paths, CancellationToken closing)
    {
        foreach (var path in paths)
        {
            if (closing.IsCancellationRequested)
            {
                return;
            }

            var deadline = Deadline.After(settings.Time, settings.OperationTimeout);
            var found = new StatCompound();
            await conversation.RunAsync(path, found, deadline, CancellationToken.None).ConfigureAwait(false);
            if (found is { Status: NfsStatus.Ok, Attributes.Type: NfsFileType.Regular or NfsFileType.Directory } && _sightings.IsAbandoned(path, found.Attributes.Version))
            {
                await temporaries.RemoveAsync(path, Path.GetFileName(path), deadline, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
