using System.Diagnostics;
using EfsSharding.Benchmarks.Nfs;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>A file that takes far longer than the operation timeout, with default options: whether it arrives.</summary>
internal sealed class LargeBenchmark : IBenchmark
{
    /// <summary>Bytes in a megabyte, as of a rate.</summary>
    private const int Megabyte = 1_000_000;

    public string Name => "large";

    public string Description =>
        "2,000 MB (--megabytes N) as array and stream over a directory (--directory DIR); in tests/kernel-nfs at 20 MB/s (--rate N) by --access kernel|premounted|direct";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var length = (Options.Int32(args, "--megabytes") ?? 2000) * Megabyte;
        if (BenchmarkServer.Find(args, BenchmarkServer.Ganesha) is not { } server)
        {
            var at = Array.IndexOf(args, "--directory");
            var root = Path.Join(at >= 0 ? args[at + 1] : "/var/tmp", $"efs-sharding-{Environment.ProcessId}");
            Directory.CreateDirectory(root);
            await MeasureAsync(output, "directory", b => b.UseLocalDirectories(root), length, dropCaches: false);
            Directory.Delete(root, recursive: true);
            return;
        }

        var rate = Options.Int32(args, "--rate") ?? 20;
        KernelMount.Run("tc", "qdisc", "replace", "dev", "lo", "root", "netem", "rate", $"{rate * 8}mbit", "limit", "100000");
        var chosen = Array.IndexOf(args, "--access") is >= 0 and var i ? args[i + 1] : null;
        using var mount = new KernelMount(server);
        if (chosen is null or "kernel")
        {
            await MeasureAsync(output, "kernel", b => b.UseKernelMounts(o => o.ExtraOptions = $"port={server.Port}"), length, dropCaches: true, server.Address);
        }

        if (chosen is null or "premounted")
        {
            await MeasureAsync(output, "premounted", b => b.UsePremountedVolumes(o => o.Directory = mount.Root), length, dropCaches: true, server.Address);
        }

        if (chosen is null or "direct")
        {
            await MeasureAsync(output, "direct", b => b.UseDirectNfs(o => o.Port = server.Port, t => t.Enabled = false), length, dropCaches: true, server.Address);
        }
    }

    private async Task MeasureAsync(
        BenchmarkOutput output, string access, Func<EfsShardingBuilder, EfsShardingBuilder> use, int length, bool dropCaches, string? address = null)
    {
        await using var services = use(new ServiceCollection().AddEfsSharding(
            o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-0", FileSystemId = "fs-0", IpAddress = address }))).Services.BuildServiceProvider();
        var store = services.GetRequiredService<IShardedFileStore>();
        await TimeAsync(output, $"{access}: write a stream", length, () => store.WriteAsync("large", new BlockStream(length)));
        Drop(dropCaches);
        await TimeAsync(output, $"{access}: read a stream", length, async () =>
        {
            await using var stream = await store.OpenReadAsync("large");
            await stream.CopyToAsync(Stream.Null);
        });
        Drop(dropCaches);
        await TimeAsync(output, $"{access}: read an array", length, async () =>
        {
            if ((await store.ReadAllBytesAsync("large")).Length != length)
            {
                throw new InvalidDataException("The array is not the file.");
            }
        });
        GC.Collect();
        await TimeAsync(output, $"{access}: write an array", length, () => store.WriteAllBytesAsync("large", new byte[length]));
        await store.DeleteAsync("large");
        GC.Collect();
    }

    private static void Drop(bool caches)
    {
        if (caches)
        {
            KernelMount.DropCaches();
        }
    }

    private async Task TimeAsync(BenchmarkOutput output, string name, int length, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.Write(new BenchmarkResult
        {
            Benchmark = Name, Case = $"{name} of {length / Megabyte} MB", Value = seconds, Unit = "s", Baseline = "MB/s", BaselineValue = length / Megabyte / seconds,
        });
    }
}
