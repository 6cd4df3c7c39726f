using EfsSharding.Storage;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>4 KiB files created and read cold, by direct NFS and through a kernel mount of the same server.</summary>
internal sealed class SmallFilesBenchmark : IBenchmark
{
    private const int Directories = 32;
    private readonly byte[] _content = new byte[4096];

    public string Name => "small-files";

    public string Description => "4 KiB files over NFS, direct against a kernel mount; run it in tests/kernel-nfs --rtt 1";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (KernelMount.Address is not { } address)
        {
            await Console.Error.WriteLineAsync("small-files needs a kernel that mounts NFS: tests/kernel-nfs --rtt 1 -- dotnet run …");
            return;
        }

        Random.Shared.NextBytes(_content);
        await using var direct = await DirectMount.OpenAsync(address);
        using var kernel = new KernelMount(address);
        await WarmUpAsync(direct, kernel);
        foreach (var (callers, files) in new[] { (1, 300), (64, 3200) })
        {
            var run = Guid.NewGuid().ToString("N")[..8];
            await MakeDirectoriesAsync(direct, kernel, run);
            await CompareAsync(
                output, $"create {Callers(callers)}", callers, files, direct,
                file => CreateAsync(direct, Path("direct", run, file)), file => CreateAsync(kernel, Path("kernel", run, file)));
            KernelMount.DropCaches();
            await CompareAsync(
                output, $"read {Callers(callers)}", callers, files, direct,
                file => direct.Volume.ReadAllBytesAsync(Path("direct", run, file), CancellationToken.None),
                file => File.ReadAllBytesAsync(System.IO.Path.Combine(kernel.Root, Path("kernel", run, file))));
        }
    }

    private static string Callers(int callers) => callers == 1 ? "1 caller" : $"{callers} callers";

    private static string Path(string who, string run, int file) => $"{run}-{who}/{file % Directories}/{file}";

    /// <summary>Compiles what is measured; a guest kernel does that slowly.</summary>
    private async Task WarmUpAsync(DirectMount direct, KernelMount kernel)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        await MakeDirectoriesAsync(direct, kernel, run);
        for (var file = 0; file < 200; file++)
        {
            await CreateAsync(direct, Path("direct", run, file));
            await direct.Volume.ReadAllBytesAsync(Path("direct", run, file), CancellationToken.None);
            await CreateAsync(kernel, Path("kernel", run, file));
            await File.ReadAllBytesAsync(System.IO.Path.Combine(kernel.Root, Path("kernel", run, file)));
        }
    }

    private static async Task MakeDirectoriesAsync(DirectMount direct, KernelMount kernel, string run)
    {
        for (var directory = 0; directory < Directories; directory++)
        {
            Directory.CreateDirectory(System.IO.Path.Combine(kernel.Root, $"{run}-kernel/{directory}"));
            await direct.Volume.WriteAsync($"{run}-direct/{directory}/warm", new PendingWrite(new FileContent(new byte[1]), FileWriteMode.Replace, []), CancellationToken.None);
        }
    }

    private async Task CompareAsync(
        BenchmarkOutput output, string name, int callers, int files, DirectMount direct, Func<int, Task> ours, Func<int, Task> theirs)
    {
        var trips = direct.RoundTrips;
        var mine = await Cost.OfAsync(() => RunAllAsync(callers, files, ours));
        trips = direct.RoundTrips - trips;
        var baseline = await Cost.OfAsync(() => RunAllAsync(callers, files, theirs));
        output.Write(new BenchmarkResult
        {
            Benchmark = Name,
            Case = name,
            Value = mine.Seconds / files * 1e6,
            Unit = "us/file",
            Baseline = "kernel mount",
            BaselineValue = baseline.Seconds / files * 1e6,
            AllocatedBytes = mine.AllocatedBytes / files,
            RoundTripsPerOperation = (double)trips / files,
            CpuMicroseconds = mine.CpuSeconds / files * 1e6,
            BaselineCpuMicroseconds = baseline.CpuSeconds / files * 1e6,
        });
    }

    private static Task RunAllAsync(int callers, int files, Func<int, Task> work)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var file = Interlocked.Increment(ref next); file < files; file = Interlocked.Increment(ref next))
            {
                await work(file);
            }
        })));
    }

    private Task CreateAsync(DirectMount direct, string path) =>
        direct.Volume.WriteAsync(path, new PendingWrite(new FileContent(_content), FileWriteMode.Replace, []), CancellationToken.None);

    /// <summary>Create, write and close, which is where NFS makes it safe.</summary>
    private async Task CreateAsync(KernelMount kernel, string path)
    {
        await using var file = new FileStream(
            System.IO.Path.Combine(kernel.Root, path), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await file.WriteAsync(_content);
    }
}
