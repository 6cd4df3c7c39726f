using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EfsSharding.Volumes;

namespace EfsSharding.IntegrationTests.Reading;

/// <summary>
/// Files of six sizes are replaced by four writers, as fast as they can, and read meanwhile at once, as streams, and as streams that stop in the
/// middle until the file has been replaced twice. Counts reads, mixes and errors, for each way in and each way of reading.
/// </summary>
internal sealed class ReadingSoak
{
    private const int Writers = 4;
    private static readonly int[] Sizes = [4 << 10, 64 << 10, 80 << 10, 300 << 10, 1 << 20, 3 << 20];
    private static readonly string[] Ways = ["whole", "stream", "slow stream"];

    private readonly IReadOnlyList<(string Name, IVolume Volume)> _accesses;
    private readonly TimeSpan _duration;
    private readonly int[] _replaced = new int[Sizes.Length];
    private readonly ConcurrentDictionary<(string Access, string Way, int Size), (int Reads, int Mixed, int Errors)> _counts = [];
    private readonly ConcurrentQueue<string> _examples = [];
    private long _writeErrors;
    private long _away;

    private ReadingSoak(IReadOnlyList<(string Name, IVolume Volume)> accesses, TimeSpan duration) => (_accesses, _duration) = (accesses, duration);

    /// <summary>How long, by EFS_SOAK_READ_SECONDS; the default of 4 s fits into a run of all tests.</summary>
    public static TimeSpan Duration { get; } =
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("EFS_SOAK_READ_SECONDS") ?? "4", CultureInfo.InvariantCulture));

    /// <summary>Runs, prints the counts, and holds them to nothing mixed and no error.</summary>
    /// <param name="server">Names the server in what is printed.</param>
    /// <param name="accesses">The ways in, of which each is read, and written by some of the writers.</param>
    public static async Task RunAsync(string server, params IReadOnlyList<(string Name, IVolume Volume)> accesses)
    {
        var soak = new ReadingSoak(accesses, Duration);
        await soak.RunAsync();
        var total = soak.Report(server);
        Assert.Multiple(() =>
        {
            Assert.That(total.Mixed, Is.Zero, "mixed");
            Assert.That(total.Errors, Is.Zero, "errors");
            Assert.That(Interlocked.Read(ref soak._away), Is.LessThanOrEqualTo(1 + (total.Reads / 200)), "names that were away");
            Assert.That(Interlocked.Read(ref soak._writeErrors), Is.Zero, "errors of writers");
            Assert.That(total.Reads, Is.GreaterThan(accesses.Count * Ways.Length));
        });
    }

    private async Task RunAsync()
    {
        for (var size = 0; size < Sizes.Length; size++)
        {
            await WriteAsync(0, size, version: 0);
        }

        using var ending = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteOnAsync(writer, ending.Token))).ToArray();
        var readers = (from access in _accesses from way in Ways select Task.Run(() => ReadOnAsync(access.Name, access.Volume, way, started))).ToArray();
        await Task.WhenAll(readers);
        await ending.CancelAsync();
        await Task.WhenAll(writers);
    }

    private static string PathOf(int size) => $"soak/{Sizes[size]}";

    private Task WriteAsync(int writer, int size, int version)
    {
        var content = new FileContent(ReadingSoakContent.Make(Sizes[size], writer, version));
        return _accesses[writer % _accesses.Count].Volume.WriteAsync(PathOf(size), new PendingWrite(content, FileWriteMode.Replace), CancellationToken.None);
    }

    private async Task WriteOnAsync(int writer, CancellationToken ending)
    {
        for (var version = 1; !ending.IsCancellationRequested; version++)
        {
            var size = (version + writer) % Sizes.Length;
            try
            {
                await WriteAsync(writer, size, version);
                Interlocked.Increment(ref _replaced[size]);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Interlocked.Increment(ref _writeErrors);
                Example($"write of {PathOf(size)}: {failure.GetType().Name}: {failure.Message}");
            }
        }
    }

    private async Task ReadOnAsync(string access, IVolume volume, string way, long started)
    {
        for (var turn = 0; turn < Sizes.Length || Stopwatch.GetElapsedTime(started) < _duration; turn++)
        {
            var size = turn % Sizes.Length;
            string? fault = null;
            var isError = false;
            try
            {
                fault = ReadingSoakContent.Fault(await ReadAsync(volume, way, size), Sizes[size]);
            }
            catch (FileNotFoundException) when (access == "direct" && _accesses.Count > 1)
            {
                // A kernel's client that renames over a file that it has open itself first renames that one: for two requests nothing has the name.
                Interlocked.Increment(ref _away);
                continue;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                (isError, fault) = (true, $"{failure.GetType().Name}: {failure.Message}");
            }

            _counts.AddOrUpdate(
                (access, way, size),
                _ => (1, fault is not null && !isError ? 1 : 0, isError ? 1 : 0),
                (_, c) => (c.Reads + 1, c.Mixed + (fault is not null && !isError ? 1 : 0), c.Errors + (isError ? 1 : 0)));
            if (fault is not null)
            {
                Example($"{access}, {way}: {fault}");
            }
        }
    }

    private async Task<byte[]> ReadAsync(IVolume volume, string way, int size)
    {
        if (way == "whole")
        {
            return await volume.ReadAllBytesAsync(PathOf(size), CancellationToken.None);
        }

        await using var stream = await volume.OpenReadAsync(PathOf(size), CancellationToken.None);
        using var copy = new MemoryStream();
        if (way == "slow stream")
        {
            var first = new byte[1000];
            await stream.ReadExactlyAsync(first);
            copy.Write(first);
            for (var until = Volatile.Read(ref _replaced[size]) + 3; Volatile.Read(ref _replaced[size]) < until;)
            {
                // Two at least have begun and ended since the stream was opened.
                await Task.Delay(1);
            }
        }

        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private void Example(string text)
    {
        if (_examples.Count < 10)
        {
            _examples.Enqueue(text);
        }
    }

    private (int Reads, int Mixed, int Errors) Report(string server)
    {
        TestContext.Out.WriteLine($"{server}, {_duration.TotalSeconds:0.#} s, {Writers} writers, {_replaced.Sum()} replacements, {Interlocked.Read(ref _writeErrors)} failed, {Interlocked.Read(ref _away)} names away");
        var total = (Reads: 0, Mixed: 0, Errors: 0);
        foreach (var (key, count) in _counts.OrderBy(c => c.Key))
        {
            TestContext.Out.WriteLine($"  {key.Access,-7} {key.Way,-12} {Sizes[key.Size],8} bytes: {count.Reads,6} reads, {count.Mixed} mixed, {count.Errors} errors");
            total = (total.Reads + count.Reads, total.Mixed + count.Mixed, total.Errors + count.Errors);
        }

        TestContext.Out.WriteLine($"  all: {total.Reads} reads, {total.Mixed} mixed, {total.Errors} errors");
        foreach (var example in _examples)
        {
            TestContext.Out.WriteLine($"  {example}");
        }

        return total;
    }
}
