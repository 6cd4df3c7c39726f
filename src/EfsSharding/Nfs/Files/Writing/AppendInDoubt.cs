using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Looks, under the lock, at what became of an append that lost its session: nothing is added twice.</summary>
internal sealed class AppendInDoubt(string path, SentAppend sent, FileContent content)
{
    private const int StepLength = 1 << 18;

    /// <returns>Where to write; null when all of it is there.</returns>
    /// <exception cref="ChangeInDoubtException">Nobody can tell.</exception>
    public async Task<long?> FindStartAsync(NfsOpenFile file, AppendCompound found, CancellationToken cancellationToken)
    {
        var size = found.Attributes.Size;
        var isSameFile = found.Handle.Equals(sent.Handle) || (sent.FileId != 0 && found.Attributes.FileId == sent.FileId);
        if (!isSameFile || size < sent.Start)
        {
            throw InDoubt("replaced or cut");
        }

        if (size == sent.Start)
        {
            return size;
        }

        if (sent.IsWhole ? size < sent.End : size > sent.End)
        {
            throw InDoubt("added to");
        }

        var isOwn = await IsOwnAsync(file, Math.Min(size, sent.End) - sent.Start, cancellationToken).ConfigureAwait(false);
        return (sent.IsWhole, isOwn) switch
        {
            (true, true) => null,

            // Somebody else's bytes are where these would be, so that they never came there.
            (true, false) => size,
            (false, true) => sent.Start,
            (false, false) => throw InDoubt("added to"),
        };
    }

    private async Task<bool> IsOwnAsync(NfsOpenFile file, long length, CancellationToken cancellationToken)
    {
        if (!content.TryRewind())
        {
            return false;
        }

        var there = new byte[StepLength];
        var own = new byte[StepLength];
        var head = content.Bytes;
        for (var done = 0L; done < length;)
        {
            var wanted = (int)Math.Min(length - done, StepLength);
            var count = Math.Min(head.Length, wanted);
            head[..count].CopyTo(own);
            head = head[count..];
            count = count > 0 ? count : await content.ReadAsync(own.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
            if (count == 0
                || await file.ReadAsync(sent.Start + done, there.AsMemory(0, count), cancellationToken).ConfigureAwait(false) != count
                || !there.AsSpan(0, count).SequenceEqual(own.AsSpan(0, count)))
            {
                content.TryRewind();
                return false;
            }

            done += count;
        }

        content.TryRewind();
        return true;
    }

    private ChangeInDoubtException InDoubt(string what) => new(
        path, $"'{path}' was {what} by somebody else while it was being appended to; some or all of the bytes may be there. Read its end before you append again.") { MayHaveTakenEffect = true };
}
