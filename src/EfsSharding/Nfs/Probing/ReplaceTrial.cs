namespace EfsSharding.Nfs.Probing;

/// <summary>One client replaces a file again and again while another reads it: what is read is one version, whole, and never older than one that was acknowledged.</summary>
internal static class ReplaceTrial
{
    private const int SmallBytes = 16 * 1024;
    private const int SmallVersions = 20;
    private const int LargeVersions = 4;
    private const int Readers = 3;

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var small = await ReplaceAsync(scratch, "replaced", SmallBytes, SmallVersions, cancellationToken).ConfigureAwait(false);
        var large = await ReplaceAsync(scratch, "replaced-large", scratch.LargeBytes, LargeVersions, cancellationToken).ConfigureAwait(false);
        return new Finding(
            small.Wrong + large.Wrong == 0,
            $"{SmallVersions} replacements of {SmallBytes} bytes and {LargeVersions} of {scratch.LargeBytes}; of {small.Reads + large.Reads} reads meanwhile "
            + $"{small.Wrong + large.Wrong} were mixed, cut short or older than what was acknowledged");
    }

    private static async Task<(int Reads, int Wrong)> ReplaceAsync(
        ProbeScratch scratch, string name, int bytes, int versions, CancellationToken cancellationToken)
    {
        var (begun, acknowledged, reads, wrong) = (1, 1, 0, 0);
        await scratch.WriteAsync(scratch.One, name, ProbeContent.Make(1, bytes), FileWriteMode.Replace, cancellationToken).ConfigureAwait(false);
        using var written = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(ReadOnAsync, CancellationToken.None)).ToArray();
        try
        {
            for (var version = 2; version <= versions; version++)
            {
                Volatile.Write(ref begun, version);
                await scratch.WriteAsync(scratch.One, name, ProbeContent.Make(version, bytes), FileWriteMode.Replace, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref acknowledged, version);
                await ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await written.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(readers).ConfigureAwait(false);
        }

        return (reads, wrong);

        async Task ReadOnAsync()
        {
            try
            {
                while (!written.IsCancellationRequested)
                {
                    await ReadAsync(written.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (written.IsCancellationRequested)
            {
                // Everything has been written.
            }
        }

        async Task ReadAsync(CancellationToken token)
        {
            var oldest = Volatile.Read(ref acknowledged);
            byte[] content;
            try
            {
                content = await scratch.ReadAsync(scratch.Other, name, token).ConfigureAwait(false);
            }
            catch (FileNotFoundException)
            {
                // Between the old file and the new one there was none.
                content = [];
            }

            var newest = Volatile.Read(ref begun);
            Interlocked.Increment(ref reads);
            if (!Enumerable.Range(oldest, newest - oldest + 1).Any(version => ProbeContent.Is(content, version, bytes)))
            {
                Interlocked.Increment(ref wrong);
            }
        }
    }
}
