using EfsSharding.Storage;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>One large file in blocks of 1 MiB, written until it is safe and read cold.</summary>
internal sealed class SequentialBenchmark : IBenchmark
{
    private const int Block = 1 << 20;

    public string Name => "sequential";

    public string Description => "1 GiB (--blocks N of 1 MiB) over NFS, direct against a kernel mount; run it in tests/kernel-nfs";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (KernelMount.Address is not { } address)
        {
            await Console.Error.WriteLineAsync("sequential needs a kernel that mounts NFS: tests/kernel-nfs -- dotnet run …");
            return;
        }

        var blocks = Array.IndexOf(args, "--blocks") is >= 0 and var option ? int.Parse(args[option + 1], System.Globalization.CultureInfo.InvariantCulture) : 1024;
        await using var direct = await DirectMount.OpenAsync(address);
        using var kernel = new KernelMount(address);
        var source = new BlockStream((long)blocks * Block);
        var ours = await Cost.OfAsync(async () => await direct.Volume.WriteAsync(
            "large-direct", new PendingWrite(new FileContent(ReadOnlyMemory<byte>.Empty, source, start: 0), FileWriteMode.Replace, []), CancellationToken.None));
        var path = Path.Combine(kernel.Root, "large-kernel");
        var theirs = await Cost.OfAsync(() => WriteAsync(path, blocks));
        Write(output, "write", ours, theirs);
        KernelMount.DropCaches();
        ours = await Cost.OfAsync(async () => await DrainAsync(await direct.Volume.OpenReadAsync("large-direct", CancellationToken.None)));
        theirs = await Cost.OfAsync(() => DrainAsync(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0)));
        Write(output, "read", ours, theirs);
        await direct.Volume.DeleteAsync("large-direct", CancellationToken.None);
        File.Delete(path);
    }

    private void Write(BenchmarkOutput output, string name, Cost ours, Cost theirs) => output.Write(new BenchmarkResult
    {
        Benchmark = Name,
        Case = name,
        Value = ours.Seconds,
        Unit = "s",
        Baseline = "kernel mount",
        BaselineValue = theirs.Seconds,
        AllocatedBytes = ours.AllocatedBytes,
        CpuMicroseconds = ours.CpuSeconds * 1e6,
        BaselineCpuMicroseconds = theirs.CpuSeconds * 1e6,
        PeakMemoryBytes = Environment.WorkingSet,
    });

    private static async Task WriteAsync(string path, int blocks)
    {
        var block = new byte[Block];
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var i = 0; i < blocks; i++)
        {
            await file.WriteAsync(block);
        }

        file.Flush(flushToDisk: true);
    }

    private static async Task DrainAsync(Stream stream)
    {
        await using (stream)
        {
            var block = new byte[Block];
            while (await stream.ReadAsync(block) > 0)
            {
            }
        }
    }
}
