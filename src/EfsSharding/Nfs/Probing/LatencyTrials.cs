using EfsSharding.Nfs.Files;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Probing;

/// <summary>How long each kind of request takes.</summary>
internal static class LatencyTrials
{
    private const int SmallBytes = 4096;
    private const int PageBytes = 64 * 1024;

    /// <summary>What can be asked without writing.</summary>
    /// <returns>A file in the root, if one was seen.</returns>
    public static async Task<string?> LookAsync(DirectNfsVolume volume, RequestTimer timer, CancellationToken cancellationToken)
    {
        var (session, _) = await volume.DescribeAsync(cancellationToken).ConfigureAwait(false);
        await timer.MeasureAsync("sequence", 0, async _ =>
        {
            var deadline = volume.NewDeadline();
            using var call = await session.AcquireAsync(deadline, cancellationToken).ConfigureAwait(false);
            call.Begin(changes: false);
            timer.Count();
            await call.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await timer.MeasureAsync("getattr", 0, _ => volume.ProbeAsync(cancellationToken)).ConfigureAwait(false);

        // One page only: the root may hold very many files.
        string? file = null;
        await timer.MeasureAsync("readdir", 0, async _ =>
        {
            var page = new ListCompound(0, 0, PageBytes);
            await volume.Conversation.RunInAsync(string.Empty, page, volume.NewDeadline(), cancellationToken).ConfigureAwait(false);
            if (page.Status != NfsStatus.Ok)
            {
                throw NfsErrors.ToException(page.Status, page.FailedOperation, "/", changes: false);
            }

            file = page.Entries.FirstOrDefault(static entry => entry.Kind == DirectoryEntryKind.File).Name;
        }).ConfigureAwait(false);
        return file;
    }

    public static async Task WriteAsync(ProbeScratch scratch, RequestTimer timer, CancellationToken cancellationToken)
    {
        var small = ProbeContent.Make(0, SmallBytes);
        var large = ProbeContent.Make(0, scratch.LargeBytes);
        var volume = scratch.One;
        await MeasureWritesAsync("create", "small", small, FileWriteMode.CreateNew).ConfigureAwait(false);
        await MeasureWritesAsync("replace", "small", small, FileWriteMode.Replace).ConfigureAwait(false);
        await timer.MeasureAsync("read", small.Length, i => scratch.ReadAsync(volume, $"small-{i}", cancellationToken)).ConfigureAwait(false);
        await timer.MeasureAsync("stat", 0, i => volume.GetAttributesAsync(scratch.PathOf($"small-{i}"), cancellationToken)).ConfigureAwait(false);
        await MeasureWritesAsync("append", "small", small, FileWriteMode.Append).ConfigureAwait(false);
        await timer.MeasureAsync("delete", 0, i => volume.DeleteAsync(scratch.PathOf($"small-{i}"), cancellationToken)).ConfigureAwait(false);
        await timer.MeasureAsync("write_large", large.Length, _ => scratch.WriteAsync(volume, "large", large, FileWriteMode.Replace, cancellationToken)).ConfigureAwait(false);
        await timer.MeasureAsync("read_large", large.Length, _ => scratch.ReadAsync(volume, "large", cancellationToken)).ConfigureAwait(false);

        Task MeasureWritesAsync(string request, string name, byte[] content, FileWriteMode mode) =>
            timer.MeasureAsync(request, content.Length, i => scratch.WriteAsync(volume, $"{name}-{i}", content, mode, cancellationToken));
    }
}
