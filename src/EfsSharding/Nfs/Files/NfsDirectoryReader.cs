using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>Reads directories page by page. A cookie that went stale means to begin anew, without telling a name twice.</summary>
internal sealed class NfsDirectoryReader(NfsConversation conversation, NfsVolumeSettings settings)
{
    private const int PageBytes = 256 * 1024;

    /// <summary>Tells temporary names too, and those that are not UTF-8, which begin with <see cref="ListCompound.NotUtf8"/>: for counting.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no directory of that path.</exception>
    public IAsyncEnumerable<IReadOnlyList<DirectoryEntry>> ReadEveryNameAsync(string directory, CancellationToken cancellationToken) =>
        ReadAsync(directory, sweep: null, everyName: true, cancellationToken);

    /// <param name="directory">The directory; the empty string for the root.</param>
    /// <param name="sweep">Is told of temporary files.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DirectoryNotFoundException">There is no directory of that path.</exception>
    public IAsyncEnumerable<IReadOnlyList<DirectoryEntry>> ReadAsync(string directory, TemporarySweep? sweep, CancellationToken cancellationToken) =>
        ReadAsync(directory, sweep, everyName: false, cancellationToken);

    private async IAsyncEnumerable<IReadOnlyList<DirectoryEntry>> ReadAsync(
        string directory, TemporarySweep? sweep, bool everyName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = conversation.Choose();
        var transfer = (await client.GetSessionAsync(NewDeadline(), cancellationToken).ConfigureAwait(false)).Transfer;
        var told = new HashSet<ulong>();
        var (cookie, verifier, restarts) = (0UL, 0UL, 0);
        while (true)
        {
            var page = new ListCompound(cookie, verifier, Math.Min(PageBytes, transfer.MaxReadBytes), everyName);
            await conversation.RunInAsync(directory, page, NewDeadline(), cancellationToken).ConfigureAwait(false);
            if (page.Status is NfsStatus.BadCookie or NfsStatus.NotSame && cookie != 0 && restarts++ < 10)
            {
                (cookie, verifier) = (0, 0);
                continue;
            }

            if (page.Status != NfsStatus.Ok)
            {
                throw page.Status is NfsStatus.NoEnt or NfsStatus.NotDir
                    ? new DirectoryNotFoundException($"There is no directory '{directory}'.")
                    : NfsErrors.ToException(page.Status, page.FailedOperation, directory, changes: false);
            }

            sweep?.Consider(directory, page.TemporaryNames);
            var first = cookie == 0 && restarts == 0;
            if (!first || !page.IsEnd)
            {
                page.Entries.RemoveAll(e => !told.Add(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(e.Name.AsSpan()))));
            }

            yield return page.Entries;
            if (page.IsEnd)
            {
                yield break;
            }

            (cookie, verifier) = (page.LastCookie, page.Verifier);
        }
    }

    private Deadline NewDeadline() => Deadline.After(settings.Time, settings.OperationTimeout);
}
