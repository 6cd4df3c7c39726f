using System.Collections.Concurrent;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Runs compounds that look for a file, and does not believe at once that there is none. A kernel's client that replaces a file which it has
/// open itself first gives that one another name, and for two requests nothing has the file's: so the file is missing only when its directory
/// has been at rest meanwhile. And what a handle leads to may have been removed and made again, so the second look starts at the root.
/// </summary>
internal sealed class FileFinder(NfsConversation conversation, NfsVolumeSettings settings)
{
    /// <summary>In a directory that never rests; three would miss one file in thousands, eight one in many millions.</summary>
    private const int MostLooks = 8;

    private const int MostDirectories = 8192;

    /// <summary>Between looks: longer than a kernel's client takes between two requests; at 1 ms of round-trip time it takes one or two.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>What was the same for as long is at rest; a timer may be early by a little.</summary>
    private static readonly TimeSpan Rest = Pause - TimeSpan.FromMilliseconds(1);

    /// <summary>A directory whose time of modification is older is taken for one at rest: longer than clocks differ.</summary>
    private static readonly TimeSpan OldAge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (ulong Change, long Since)> _directories = new(StringComparer.Ordinal);

    /// <summary>As <see cref="NfsConversation.RunAsync(NfsClient, string, FileCompound, Deadline, CancellationToken)"/>.</summary>
    public async ValueTask RunAsync(NfsClient client, string path, FileCompound compound, Deadline deadline, CancellationToken cancellationToken)
    {
        compound.IsAskedAgain = true;
        await conversation.RunAsync(client, path, compound, deadline, cancellationToken).ConfigureAwait(false);
        for (var look = 2; compound.Status == NfsStatus.NoEnt; look++)
        {
            var asked = settings.Time.GetTimestamp();
            var again = new LookAgainCompound(compound) { IsAskedAgain = true };
            await conversation.RunAsync(client, path, again, deadline, cancellationToken).ConfigureAwait(false);
            (compound.Status, compound.FailedOperation) = (again.Status, again.FailedOperation);
            if (compound.Status != NfsStatus.NoEnt || again.Directory is not { } directory
                || IsAtRest(path, directory, asked) || look == MostLooks || deadline.Remaining < Pause)
            {
                return;
            }

            await Task.Delay(Pause, settings.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="path">The file's.</param>
    /// <param name="directory">As it is now.</param>
    /// <param name="asked">When that was asked for.</param>
    private bool IsAtRest(string path, in NfsAttributes directory, long asked)
    {
        if ((directory.Present & AttributeMask.ModifyTime) != AttributeMask.None && settings.Time.GetUtcNow() - directory.Modified > OldAge)
        {
            return true;
        }

        var name = path[..Math.Max(path.LastIndexOf('/'), 0)];
        if (_directories.TryGetValue(name, out var seen) && seen.Change == directory.Change)
        {
            return settings.Time.GetElapsedTime(seen.Since, asked) >= Rest;
        }

        if (_directories.Count >= MostDirectories)
        {
            _directories.Clear();
        }

        _directories[name] = (directory.Change, settings.Time.GetTimestamp());
        return false;
    }
}
