using System.Collections.Concurrent;
using System.Diagnostics;
using EfsSharding;
using EfsSharding.Scaling;
using Quickstart.Display;

namespace Quickstart;

/// <summary>The demonstration, from an empty file system to a verified one behind one more mount target.</summary>
internal sealed class Demo(DemoAccount account, IDemoDisplay display, int files)
{
    private const int Concurrency = 32;

    // So many that one of them is sure to belong to a new mount target.
    private static readonly string[] Probes = [.. Enumerable.Range(0, 1000).Select(number => $"probes/{number}")];
    private static readonly TimeSpan PickUpTime = TimeSpan.FromSeconds(30);

    public async Task<QuickstartResult> RunAsync(CancellationToken cancellationToken)
    {
        var elapsed = Stopwatch.StartNew();
        display.Step($"An AWS account of your own listens on {account.Endpoint}.");
        var first = await ScaleAsync(cancellationToken);
        var store = account.Store;
        await display.ProgressAsync("Writing", files, advance => ForEachFileAsync(
            async (number, token) =>
            {
                await store.WriteAllBytesAsync(DemoFile.Path(number), DemoFile.Content(number), FileWriteMode.CreateNew, token);
                advance();
            },
            cancellationToken));
        var before = TargetOfEachFile(store);

        var report = await ScaleAsync(cancellationToken);
        var added = report.NewMountTargetId
            ?? throw new DemoFailedException($"The pipeline counted {report.FileCount} files and added no mount target.");
        await PickUpAsync(store, added, cancellationToken);
        var after = TargetOfEachFile(store);

        var verified = await VerifyAsync(store, cancellationToken);
        display.Spread(Counts(before), Counts(after));
        var moved = before.Zip(after).Count(pair => pair.First != pair.Second) / (double)files;
        var result = new QuickstartResult
        {
            FilesWritten = files,
            FilesVerified = verified,
            MountTargetsBefore = first.MountTargets ?? 0,
            MountTargetsAfter = report.MountTargets ?? 0,
            MovedFraction = Math.Round(moved, 4),
            ElapsedS = Math.Round(elapsed.Elapsed.TotalSeconds, 2),
        };
        display.Step($"{verified:N0} of {files:N0} files read back and compared. {moved:P1} of them are reached through the new mount target; no other changed its way.");
        return result;
    }

    private async Task<ScalingReport> ScaleAsync(CancellationToken cancellationToken)
    {
        var report = await account.Pipeline.RunAsync(new ScalingRunOptions(), cancellationToken);
        display.Step(report.Error is null
            ? $"Scaling run: {report.FileCount:N0} files, threshold {report.Threshold:N0}: {(report.NewMountTargetId is { } id ? $"added {id} and published the map" : "no mount target needed")}."
            : $"Scaling run: {report.Error}");
        return report.Error is null ? report : throw new DemoFailedException(report.Error);
    }

    /// <summary>A store looks for a new map when it is used and its map has come of age.</summary>
    private async Task PickUpAsync(IShardedFileStore store, string mountTargetId, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!Probes.Any(probe => store.Locate(probe).MountTargetId == mountTargetId))
        {
            if (waited.Elapsed > PickUpTime)
            {
                throw new DemoFailedException($"The store did not take up {mountTargetId} within {PickUpTime.TotalSeconds} s.");
            }

            await store.ExistsAsync(Probes[0], cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        display.Step("The store has picked the new map up, without a restart.");
    }

    private async Task<int> VerifyAsync(IShardedFileStore store, CancellationToken cancellationToken)
    {
        var verified = 0;
        var wrong = new ConcurrentBag<string>();
        await display.ProgressAsync("Reading back", files, advance => ForEachFileAsync(
            async (number, token) =>
            {
                try
                {
                    var content = await store.ReadAllBytesAsync(DemoFile.Path(number), token);
                    if (content.AsSpan().SequenceEqual(DemoFile.Content(number)))
                    {
                        Interlocked.Increment(ref verified);
                    }
                    else
                    {
                        wrong.Add($"{DemoFile.Path(number)}: other content than was written");
                    }
                }
                catch (IOException e)
                {
                    wrong.Add($"{DemoFile.Path(number)}: {e.Message}");
                }

                advance();
            },
            cancellationToken));
        foreach (var problem in wrong.Take(10))
        {
            display.Step(problem);
        }

        return verified;
    }

    private Task ForEachFileAsync(Func<int, CancellationToken, ValueTask> act, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, files),
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
        act);

    private string[] TargetOfEachFile(IShardedFileStore store) =>
        [.. Enumerable.Range(0, files).Select(number => store.Locate(DemoFile.Path(number)).MountTargetId)];

    private static SortedDictionary<string, int> Counts(string[] targets) =>
        new(targets.CountBy(target => target).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}
