using EfsSharding.Volumes;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>4 KiB files created, replaced and read cold, by direct NFS and through a kernel mount of the same server.</summary>
internal sealed class SmallFilesBenchmark : IBenchmark
{
    private const int Directories = 32;
    private const int Rounds = 5;
    private readonly byte[] _content = new byte[4096];

    public string Name => "small-files";

    public string Description => "4 KiB files over NFS, direct against a kernel mount (--callers N, --files N of a round, --server NAME); run it in tests/kernel-nfs --rtt 1";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        if (BenchmarkServer.Find(args, BenchmarkServer.Knfsd) is not { } server)
        {
            await Console.Error.WriteLineAsync("small-files needs a kernel that mounts NFS: tests/kernel-nfs --rtt 1 -- dotnet run …");
            return;
        }

        Random.Shared.NextBytes(_content);
        await using var direct = await DirectMount.OpenAsync(server);
        using var kernel = new KernelMount(server);
        await WarmUpAsync(direct, kernel);
        foreach (var callers in Options.Int32(args, "--callers") is { } only ? [only] : new[] { 1, 64 })
        {
            await CompareAsync(output, direct, kernel, callers, Options.Int32(args, "--files") ?? (callers == 1 ? 100 : 640));
        }
    }

    private static string Callers(int callers) => callers == 1 ? "1 caller" : $"{callers} callers";

    private static string Path(string who, string run, int file) => $"{run}-{who}/{file % Directories}/{file}";

    /// <summary>Compiles what is measured; a guest kernel does that slowly.</summary>
    private async Task WarmUpAsync(DirectMount direct, KernelMount kernel)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        await MakeDirectoriesAsync(direct, kernel, run);
        for (var file = 0; file < 1000; file++)
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
            await direct.Volume.WriteAsync($"{run}-direct/{directory}/warm", new PendingWrite(new FileContent(new byte[1]), FileWriteMode.Replace), CancellationToken.None);
        }
    }

    /// <summary>Rounds in turn, each on new files: this one's creates, the kernel's, and after the caches were emptied both reads.</summary>
    private async Task CompareAsync(BenchmarkOutput output, DirectMount direct, KernelMount kernel, int callers, int files)
    {
        var (create, replace, read) = (new Comparison(files), new Comparison(files), new Comparison(files));
        for (var round = 0; round < Rounds; round++)
        {
            var run = Guid.NewGuid().ToString("N")[..8];
            await MakeDirectoriesAsync(direct, kernel, run);
            await create.AddAsync(
                direct,
                () => RunAllAsync(callers, files, file => CreateAsync(direct, Path("direct", run, file))),
                () => RunAllAsync(callers, files, file => CreateAsync(kernel, Path("kernel", run, file))));
            await replace.AddAsync(
                direct,
                () => RunAllAsync(callers, files, file => CreateAsync(direct, Path("direct", run, file))),
                () => RunAllAsync(callers, files, file => ReplaceAsync(kernel, Path("kernel", run, file))));
            KernelMount.DropCaches();
            await read.AddAsync(
                direct,
                () => RunAllAsync(callers, files, file => direct.Volume.ReadAllBytesAsync(Path("direct", run, file), CancellationToken.None)),
                () => RunAllAsync(callers, files, file => File.ReadAllBytesAsync(System.IO.Path.Combine(kernel.Root, Path("kernel", run, file)))));
        }

        output.Write(create.Result(Name, $"create {Callers(callers)}", kernel.Server));
        output.Write(replace.Result(Name, $"replace {Callers(callers)}", kernel.Server));
        output.Write(read.Result(Name, $"read {Callers(callers)}", kernel.Server));
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
        direct.Volume.WriteAsync(path, new PendingWrite(new FileContent(_content), FileWriteMode.Replace), CancellationToken.None);

    /// <summary>As a program without this library writes a file.</summary>
    private Task CreateAsync(KernelMount kernel, string path) => File.WriteAllBytesAsync(System.IO.Path.Combine(kernel.Root, path), _content);

    /// <summary>With the promise that a store gives: the old content or the new one, and safe before anybody sees it.</summary>
    private async Task ReplaceAsync(KernelMount kernel, string path)
    {
        var destination = System.IO.Path.Combine(kernel.Root, path);
        var temporary = destination + ".new";
        await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            await file.WriteAsync(_content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, destination, overwrite: true);
    }
}
