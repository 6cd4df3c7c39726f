using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>
/// Streams of one client are read in turn, by random steps, while another client changes the file and the server fails at random. What a stream has
/// given is at all times the beginning of what it opened; where the server keeps open files and loses no state, each comes to its end.
/// </summary>
public sealed class HeldStreamProperties
{
    private const string Path = "d/file";
    private static readonly int[] Lengths = [1000, 65_536, 65_537, 200_000, 700_000];

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public void A_stream_is_one_version_of_the_file(int seed) => RunAsync(new Random(seed)).GetAwaiter().GetResult();

    private static async Task RunAsync(Random random)
    {
        var settings = new PeerSettings
        {
            ReusesFileIds = random.Next(4) > 0,
            KeepsUnlinked = random.Next(2) == 0,
            TakesAnonymousStateid = random.Next(3) > 0,
            TakesCurrentStateid = random.Next(3) > 0,
            TakesClaimFh = random.Next(3) > 0,
        };
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var server = new ScriptedServer(settings, clock);
        await using var reader = await ScriptedVolume.OverAsync(server);
        await using var writer = await ScriptedVolume.OverAsync(server);
        var losesState = random.Next(2) == 0;
        var version = 0;
        byte[] current = [];
        await ReplaceAsync();
        var open = new List<(Stream Stream, byte[] Expected)>();
        for (var step = 0; step < 30; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            switch (random.Next(8))
            {
                case 0 or 1:
                    await ReplaceAsync();
                    break;
                case 2:
                    await DeleteAsync();
                    await ReplaceAsync();
                    break;
                case 3 when losesState:
                    Lose(server, random);
                    break;
                case 4 or 5 when open.Count < 4:
                    open.Add((await reader.Volume.OpenReadAsync(Path, default), current));
                    break;
                default:
                    await ReadSomeAsync(open, random, mustGoOn: settings.KeepsUnlinked && !losesState);
                    break;
            }
        }

        foreach (var (stream, _) in open)
        {
            await stream.DisposeAsync();
        }

        Assert.That(server.Complaints, Is.Empty);

        async Task DeleteAsync()
        {
            try
            {
                await writer.Volume.DeleteAsync(Path, default);
            }
            catch (ChangeInDoubtException) when (losesState)
            {
                // It is there or not, and replaced next.
            }

            clock.Advance(TimeSpan.FromSeconds(10));
        }

        async Task ReplaceAsync()
        {
            // Now and then as long as the last one: then an id, a change and a size may all be equal.
            var length = random.Next(2) == 0 ? current.Length : Lengths[random.Next(Lengths.Length)];
            var content = new byte[length];
            content.AsSpan().Fill((byte)(++version % 251));
            try
            {
                await writer.Volume.WriteAsync(Path, new PendingWrite(new FileContent(content), FileWriteMode.Replace), default).WaitAsync(ScriptedVolume.Patience);
                current = content;
            }
            catch (ChangeInDoubtException) when (losesState)
            {
                // The answer was lost with the state: it was made or not, and nothing in between.
                var found = server.Tree.Find(Path)!.Content.ToArray();
                Assert.That(found.AsSpan().SequenceEqual(content) || found.AsSpan().SequenceEqual(current), Is.True, "neither the old nor the new content");
                current = found;
            }
        }
    }

    private static async Task ReadSomeAsync(List<(Stream Stream, byte[] Expected)> open, Random random, bool mustGoOn)
    {
        if (open.Count == 0)
        {
            return;
        }

        var at = random.Next(open.Count);
        var (stream, expected) = open[at];
        Assert.That(stream.Length, Is.EqualTo(expected.Length));
        if (random.Next(4) == 0)
        {
            stream.Position = random.Next(expected.Length + 1);
        }

        var from = (int)stream.Position;
        var buffer = new byte[random.Next(1, 300_000)];
        try
        {
            var count = await stream.ReadAsync(buffer).AsTask().WaitAsync(ScriptedVolume.Patience);
            Assert.That(buffer.AsSpan(0, count).SequenceEqual(expected.AsSpan(from, count)), Is.True, "another version");
            Assert.That(count > 0 || from == expected.Length, Is.True, "an early end");
        }
        catch (FileChangedException) when (!mustGoOn)
        {
            open.RemoveAt(at);
            await stream.DisposeAsync();
        }
    }

    private static void Lose(ScriptedServer server, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                server.Restart();
                break;
            case 1:
                server.ExpireClients();
                break;
            case 2:
                server.RevokeOpens();
                break;
            case 3:
                server.LoseSessions();
                break;
            default:
                server.StaleHandles();
                break;
        }
    }
}
