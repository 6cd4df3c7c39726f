using System.Runtime.CompilerServices;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Writing;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files;

/// <summary>Reads directories page by page. A cookie that went stale means to begin anew, without telling a name twice.</summary>
internal sealed class NfsDirectoryReader(NfsConversation conversation, NfsVolumeSettings settings)
{
    private const int PageBytes = 256 * 1024;

    /// <summary>What is in a directory, without the names of its files. The consumer of the pages must not block.</summary>
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
        HashSet<ulong>? told = null;
        var (cookie, verifier, restarts) = (0UL, 0UL, 0);
        for (; ; deadline = NewDeadline())
        {
            var page = ask(cookie, verifier, Math.Min(PageBytes, transfer.MaxReadBytes));
            await conversation.RunInAsync(directory, page, deadline, cancellationToken).ConfigureAwait(false);
            if (page.Status is NfsStatus.BadCookie or NfsStatus.NotSame && cookie != 0 && restarts++ < 10)
            {
                (cookie, verifier) = (0, 0);
                continue;
            }

            if (page.Status != NfsStatus.Ok)
            {
                throw page.Status is NfsStatus.NoEnt or NfsStatus.NotDir or NfsStatus.Symlink or NfsStatus.NameTooLong
                    ? new DirectoryNotFoundException($"There is no directory '{directory}'.")
                    : NfsErrors.ToException(page.Status, page.FailedOperation, directory, changes: false);
            }

            if (told is not null || !page.IsEnd)
            {
                page.LeaveOut(told ??= []);
            }

            yield return page;
            if (page.IsEnd)
            {
                yield break;
            }

            (cookie, verifier) = (page.LastCookie, page.Verifier);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
