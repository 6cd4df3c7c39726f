using System.Diagnostics;
using System.Globalization;
using System.Text;
using EfsSharding.Access;
using EfsSharding.Nfs;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>
/// What one client sees of another one's changes, for each way to reach a server: the table of docs/operations.md. Ours looks first,
/// so that its caches are full, then the other changes something, then ours asks. The other one is a kernel's client with mounts of its own.
/// </summary>
[TestFixture]
[Category("RealMounts")]
[Category("Coherence")]
[NonParallelizable]
internal sealed class CoherenceTests
{
    private const string AwsOptions = "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport";

    /// <summary>Seconds; longer than acdirmax, the longest that a kernel believes a directory.</summary>
    private const int LongestDelay = 70;

    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Changes = ["make", "replace", "replace, held open", "delete", "append", "directory made again"];
    private static readonly string[] Questions = ["info", "exists", "read", "list", "delete", "append", "create"];
    private int _number;

    [Test]
    public async Task What_another_client_did_is_answered_as_the_server_has_it(
        [Values("nfs-ganesha", "knfsd")] string server, [Values("kernel", "premounted", "direct")] string way)
    {
        var guest = new GuestServer();
        var port = server == "knfsd" ? guest.KnfsdPort : 2049;
        if (server == "knfsd")
        {
            guest.Control("start-knfsd");
        }

        var other = Mount(guest, "/mnt/other-client", $"nfsvers=4.1,noresvport,nosharecache,actimeo=0,lookupcache=none,port={port}");
        var table = new StringBuilder($"{server}, {way}: {string.Join(" | ", Questions)}\n");
        var wrong = new List<string>();
        try
        {
            await using var ours = await OpenAsync(guest, way, port);
            foreach (var change in Changes)
            {
                table.Append(CultureInfo.InvariantCulture, $"  {change}:");
                foreach (var question in Questions)
                {
                    var delay = await AskAsync(ours, other, change, question);
                    table.Append(CultureInfo.InvariantCulture, $" {(delay == TimeSpan.Zero ? "right" : $"after {delay.TotalSeconds:0} s")} |");

                    // The kernel of the one who holds the old file open keeps it under another name: nothing tells others but the directory.
                    if (delay > (change == "replace, held open" && way != "direct" && question is ("info" or "exists" or "read") ? TimeSpan.FromSeconds(LongestDelay - 1) : TimeSpan.Zero))
                    {
                        wrong.Add($"{change}, {question}: {delay.TotalSeconds:0} s");
                    }
                }

                table.Append('\n');
            }
        }
        finally
        {
            await TestContext.Out.WriteLineAsync(table);
            Console.WriteLine(table);
            RealMountsFixture.UnmountEverything();
        }

        Assert.That(wrong, Is.Empty);
    }

    /// <returns>How long the answer was wrong.</returns>
    private async Task<TimeSpan> AskAsync(IVolume ours, string other, string change, string question)
    {
        var directory = $"c{++_number}";
        var path = $"{directory}/file";
        Directory.CreateDirectory(Path.Join(other, directory));
        var was = change == "make" ? null : "one";
        if (was is not null)
        {
            File.WriteAllText(Path.Join(other, path), was);
        }

        _ = await AnswerAsync(ours, path, "info");
        _ = await AnswerAsync(ours, path, "read");
        _ = await AnswerAsync(ours, path, "list");

        // A change attribute made of a clock's ticks, as that of tmpfs behind knfsd, does not tell two changes of one tick apart.
        await Task.Delay(ClockTick);
        var now = change switch { "make" => "made", "delete" => null, "append" => "onemore", "directory made again" => "again", _ => "another" };
        var held = Apply(change, Path.Join(other, directory), now);
        await Task.Delay(ClockTick);
        try
        {
            var started = Stopwatch.GetTimestamp();
            for (var wrong = TimeSpan.Zero; ; wrong = Stopwatch.GetElapsedTime(started))
            {
                var answer = await AnswerAsync(ours, path, question);
                var right = question switch
                {
                    "info" => now is null ? "none" : $"{now.Length}",
                    "exists" or "delete" => $"{now is not null}",
                    "read" => now ?? "none",
                    "list" => now is null ? "" : "file",
                    "append" => $"{now}!",
                    _ => now is null ? "new" : "exists",
                };
                answer = question is "append" or "create" ? answer ?? File.ReadAllText(Path.Join(other, path)) : answer;
                if (answer == right || wrong.TotalSeconds > LongestDelay || (question is "append" or "create" && wrong > TimeSpan.Zero))
                {
                    return answer == right ? wrong : TimeSpan.FromSeconds(LongestDelay);
                }

                await Task.Delay(1000);
            }
        }
        finally
        {
            held?.Dispose();
        }
    }

    private static FileStream? Apply(string change, string directory, string? now)
    {
        var file = Path.Join(directory, "file");
        var held = change == "replace, held open" ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
        switch (change)
        {
            case "append":
                File.AppendAllText(file, "more");
                break;
            case "delete":
                File.Delete(file);
                break;
            case "directory made again":
                File.Delete(file);
                Directory.Delete(directory);
                Directory.CreateDirectory(directory);
                File.WriteAllText(file, now);
                break;
            default:
                File.WriteAllText(file + ".new", now);
                File.Move(file + ".new", file, overwrite: true);
                break;
        }

        return held;
    }

    /// <returns>Null when the file says what was answered.</returns>
    private static async Task<string?> AnswerAsync(IVolume ours, string path, string question)
    {
        switch (question)
        {
            case "info":
                return (await ours.GetAttributesAsync(path, CancellationToken.None))?.Length.ToString(CultureInfo.InvariantCulture) ?? "none";
            case "exists":
                return $"{await ours.GetAttributesAsync(path, CancellationToken.None) is not null}";
            case "delete":
                return $"{await ours.DeleteAsync(path, CancellationToken.None)}";
            case "list":
                var names = new List<string>();
                await foreach (var entry in ours.ListAsync(path[..path.IndexOf('/', StringComparison.Ordinal)], CancellationToken.None))
                {
                    names.Add(entry.Name);
                }

                return string.Join(',', names);
            case "read":
                try
                {
                    return Encoding.UTF8.GetString(await ours.ReadAllBytesAsync(path, CancellationToken.None));
                }
                catch (FileNotFoundException)
                {
                    return "none";
                }

            default:
                var mode = question == "append" ? FileWriteMode.Append : FileWriteMode.CreateNew;
                try
                {
                    await ours.WriteAsync(path, new PendingWrite(new FileContent(Encoding.UTF8.GetBytes(question == "append" ? "!" : "new")), mode), CancellationToken.None);
                    return null;
                }
                catch (FileNotFoundException) when (mode == FileWriteMode.Append)
                {
                    // As the store does: a file that appears whole.
                    await ours.WriteAsync(path, new PendingWrite(new FileContent("!"u8.ToArray()), FileWriteMode.CreateNew), CancellationToken.None);
                    return null;
                }
                catch (FileExistsException)
                {
                    return "exists";
                }
        }
    }

    private static async Task<IVolume> OpenAsync(GuestServer guest, string way, int port)
    {
        var target = guest.Target(1);
        if (way == "direct")
        {
            var direct = new DirectNfsMounter(
                new DirectNfsOptions { Port = port }, TimeSpan.FromSeconds(30), secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
            return await direct.MountAsync(target, CancellationToken.None);
        }

        // What KernelMountCommand mounts with, and what AWS does for a volume of its own.
        var options = way == "kernel" ? KernelMountCommand.MountOptions(new KernelMountOptions { ExtraOptions = $"port={port},nosharecache" }, System.Net.IPAddress.Parse(guest.Addresses[1])) : $"{AwsOptions},port={port},nosharecache";
        var root = Mount(guest, $"/mnt/{way}", options, number: 1);
        return await new DirectoryVolumeFactory(new EfsShardingOptions { OperationTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System)
            .OpenAsync(target.MountTargetId, root, verifyRoot: null, CancellationToken.None);
    }

    private static string Mount(GuestServer guest, string place, string options, int number = 0)
    {
        Directory.CreateDirectory(place);
        GuestServer.Run("mount", "-t", "nfs4", "-o", options, $"{guest.Addresses[number]}:/", place);
        return place;
    }
}
