namespace EfsSharding.Nfs.Probing;

/// <summary>A new file is read while it is being written: it is not there, or there with all of its content.</summary>
internal static class AppearanceTrial
{
    private const int SmallBytes = 16 * 1024;
    private const int Rounds = 5;

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var (absent, partial) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var bytes in (int[])[SmallBytes, scratch.LargeBytes])
            {
                var seen = await WatchAsync(scratch, $"new-{round}-{bytes}", round, bytes, cancellationToken).ConfigureAwait(false);
                absent += seen.Absent;
                partial += seen.Partial;
            }
        }

        return new Finding(
            partial == 0,
            $"{Rounds} new files of {SmallBytes} bytes and {Rounds} of {scratch.LargeBytes}: not there in {absent} reads, there without their whole content, or not at all when they were written, in {partial}");
    }

    private static async Task<(int Absent, int Partial)> WatchAsync(ProbeScratch scratch, string name, int version, int bytes, CancellationToken cancellationToken)
    {
        var (absent, partial) = (0, 0);
        var write = scratch.WriteAsync(scratch.One, name, ProbeContent.Make(version, bytes), FileWriteMode.CreateNew, cancellationToken);
        try
        {
            bool written;
            do
            {
                written = write.IsCompletedSuccessfully;
                try
                {
                    var content = await scratch.ReadAsync(scratch.Other, name, cancellationToken).ConfigureAwait(false);
                    partial += ProbeContent.Is(content, version, bytes) ? 0 : 1;
                }
                catch (FileNotFoundException)
                {
                    absent++;
                    partial += written ? 1 : 0;
                }
            }
            while (!written && !write.IsFaulted);
        }
        finally
        {
            await Task.WhenAny(write).ConfigureAwait(false);
        }

        await write.ConfigureAwait(false);
        return (absent, partial);
    }
}
