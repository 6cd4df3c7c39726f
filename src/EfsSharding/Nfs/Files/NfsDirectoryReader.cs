using System.Runtime.CompilerServices;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Writing;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Reads directories page by page, and starts again where a cookie went stale. Only a count remembers what it had before, as a listing leaves out
/// doubles itself; so the memory of a listing does not depend on the directory.
/// </summary>
internal sealed class NfsDirectoryReader(NfsConversation conversation, NfsVolumeSettings settings)
{
    private const int PageBytes = 256 * 1024;

    /// <summary>Readings that start again one after the other and none of which came further than those before.</summary>
    private const int MaxRestarts = 10;

    /// <summary>What is in a directory, without the names of its files, each once. The consumer of the pages must not block.</summary>
    /// <param name="directory">The directory; the empty string for the root.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DirectoryNotFoundException">There is no directory of that path.</exception>
    public IAsyncEnumerable<CountCompound> CountAsync(string directory, CancellationToken cancellationToken) =>
        PagesAsync(directory, static (cookie, verifier, maxBytes) => new CountCompound(cookie, verifier, maxBytes), cancellationToken);

    /// <param name="directory">The directory; the empty string for the root.</param>
    /// <param name="sweep">Gets the temporary files.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DirectoryNotFoundException">There is no directory of that path.</exception>
    public async IAsyncEnumerable<IReadOnlyList<DirectoryEntry>> ReadAsync(
        string directory, TemporarySweep? sweep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = PagesAsync(directory, static (cookie, verifier, maxBytes) => new ListCompound(cookie, verifier, maxBytes), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            sweep?.Consider(directory, page.TemporaryNames);
            yield return page.Entries;
        }
    }

    /// <summary>The same with hidden names, and each with its own kind.</summary>
    public async IAsyncEnumerable<IReadOnlyList<DirectoryEntry>> ReadEverythingAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = PagesAsync(directory, static (cookie, verifier, maxBytes) => new ListCompound(cookie, verifier, maxBytes, everyName: true), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            yield return page.Entries;
        }
    }

    private async IAsyncEnumerable<TPage> PagesAsync<TPage>(
        string directory, Func<ulong, ulong, int, TPage> ask, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TPage : ReadDirCompound
    {
        var client = conversation.Choose();
        var deadline = NewDeadline();
        var transfer = (await client.GetSessionAsync(deadline, cancellationToken).ConfigureAwait(false)).Transfer;
        NameHashes? seen = null;
        Exception? denied = null;
        var (cookie, verifier) = (0UL, 0UL);
        var (restarts, read, furthest) = (0, 0L, 0L);
        for (; ; deadline = NewDeadline())
        {
            var page = ask(cookie, verifier, Math.Min(PageBytes, transfer.MaxReadBytes));
            await conversation.RunInAsync(directory, page, deadline, cancellationToken).ConfigureAwait(false);
            if (page.Status is NfsStatus.BadCookie or NfsStatus.NotSame && cookie != 0)
            {
                (restarts, furthest) = read > furthest ? (1, read) : (restarts + 1, furthest);
                if (restarts <= MaxRestarts)
                {
                    (cookie, verifier, read) = (0, 0, 0);
                    continue;
                }
            }

            if (page.Status != NfsStatus.Ok)
            {
                throw page.Status is NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink or NfsStatus.NameTooLong
                    ? new DirectoryNotFoundException($"There is no directory '{directory}'.")
                    : NfsErrors.ToException(page.Status, page.FailedOperation, directory, changes: false);
            }

            read += page.Count;
            foreach (var name in page.Unanswered)
            {
                denied = await AskAsync(directory, name, page, cancellationToken).ConfigureAwait(false) ?? denied;
            }

            if (seen is not null || !page.IsEnd)
            {
                page.LeaveOut(seen ??= new());
            }

            yield return page;
            if (page.IsEnd)
            {
                // What may be read was passed on; that there is more has to be said.
                if (denied is not null)
                {
                    throw denied;
                }

                yield break;
            }

            (cookie, verifier) = (page.LastCookie, page.Verifier);
        }
    }

    /// <summary>Asks for what READDIR names without its kind, for example as it was replaced at that moment.</summary>
    /// <returns>Why nobody can say what it is, or null.</returns>
    private async ValueTask<Exception?> AskAsync(string directory, string name, ReadDirCompound page, CancellationToken cancellationToken)
    {
        var path = directory.Length == 0 ? name : $"{directory}/{name}";
        var found = new StatCompound();
        await conversation.RunAsync(path, found, NewDeadline(), cancellationToken).ConfigureAwait(false);
        switch (found.Status)
        {
            case NfsStatus.Ok:
                page.Answer(name, found.Attributes.Type);
                return null;
            case NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink:
                return null;
            case NfsStatus.Access or NfsStatus.Perm:
                page.Answer(name, NfsFileType.None);
                return NfsErrors.ToException(found.Status, found.FailedOperation, path, changes: false);
            case NfsStatus.Moved or NfsStatus.WrongSec or NfsStatus.NameTooLong or NfsStatus.Inval or NfsStatus.BadName or NfsStatus.BadChar:
                // Another file system begins there, or a name that cannot be asked for.
                page.Answer(name, NfsFileType.None);
                return null;
            default:
                throw NfsErrors.ToException(found.Status, found.FailedOperation, path, changes: false);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
