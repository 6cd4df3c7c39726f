using EfsSharding.Volumes;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>One large file in blocks of 1 MiB, written until it is safe and read cold.</summary>
internal sealed class SequentialBenchmark : IBenchmark
{
    private const int Block = 1 << 20;
    private const int Rounds = 5;

    /// <summary>Compiles what is measured, and lets the server get its memory.</summary>
    private const int WarmUpBlocks = 256;


    public string Name => "sequential";

    public string Description => "1 GiB (--blocks N of 1 MiB) over NFS, direct against a kernel mount; run it in tests/kernel-nfs --mem 6G";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (BenchmarkServer.Find(args, BenchmarkServer.Ganesha) is not { } server)
        {
            await Console.Error.WriteLineAsync("sequential needs a kernel that mounts NFS: tests/kernel-nfs -- dotnet run …");
            return;
        }

        var blocks = Options.Int32(args, "--blocks") ?? 1024;
        await using var direct = await DirectMount.OpenAsync(server);
        using var kernel = new KernelMount(server);
        await CompareAsync(direct, kernel, WarmUpBlocks, new Comparison(1), new Comparison(1));
        Comparison write = new(1), read = new(1);
        for (var round = 0; round < Rounds; round++)
        {
            await CompareAsync(direct, kernel, blocks, write, read);
        }

        output.Write(write.Result(Name, "write", server, "us") with { PeakMemoryBytes = PeakMemory() });
        output.Write(read.Result(Name, "read", server, "us") with { PeakMemoryBytes = PeakMemory() });
    }

    private static async Task CompareAsync(DirectMount direct, KernelMount kernel, int blocks, Comparison write, Comparison read)
    {
        var path = Path.Combine(kernel.Root, "large-kernel");
        await write.AddAsync(direct, () => direct.Volume.WriteAsync("large-direct", Content(blocks), CancellationToken.None), () => WriteAsync(path, blocks));
        KernelMount.DropCaches();
        await read.AddAsync(
            direct,
            async () => await DrainAsync(await direct.Volume.OpenReadAsync("large-direct", CancellationToken.None)),
            () => DrainAsync(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0)));
        await direct.Volume.DeleteAsync("large-direct", CancellationToken.None);
        File.Delete(path);
    }

    private static PendingWrite Content(int blocks) =>
        new(new FileContent(ReadOnlyMemory<byte>.Empty, new BlockStream((long)blocks * Block), start: 0), FileWriteMode.Replace);

    /// <summary>The most memory that this process ever had in use, of which the runtime itself is the larger part.</summary>
    private static long PeakMemory()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

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
