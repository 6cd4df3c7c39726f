using System.Text;
using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

/// <summary>What path locks bring: two volumes here know nothing of each other, as two machines.</summary>
internal abstract partial class VolumeContract
{
    [TestCase(60, 20)]
    [TestCase(6, 1_500_000)]
    public async Task Appends_of_two_clients_at_once_lose_and_tear_nothing(int rounds, int length)
    {
        const int Callers = 4;
        await WriteAsync(Volume, "logs/today", [], FileWriteMode.CreateNew);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var round = 0; round < rounds; round++)
            {
                await WriteAsync(caller % 2 == 0 ? Volume : Other, "logs/today", Line(caller, round, length), FileWriteMode.Append);
            }
        })));

        var lines = Encoding.ASCII.GetString(await ReadAsync(Volume, "logs/today")).Split('\n');
        Assert.That(lines[^1], Is.Empty);
        Assert.That(
            lines[..^1], Is.EquivalentTo(from caller in Enumerable.Range(0, Callers) from round in Enumerable.Range(0, rounds) select Encoding.ASCII.GetString(Line(caller, round, length)).TrimEnd()));
        Assert.That(lines[..^1].GroupBy(line => line[0]).Select(own => own.Select(line => int.Parse(line.Split(' ')[1], null))), Has.All.Ordered);
    }

    [Test]
    public async Task Appends_to_a_file_that_is_not_there_yet_are_all_in_it()
    {
        const int Callers = 8;
        for (var round = 0; round < 10; round++)
        {
            var path = $"new-{round}/log";
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AppendOrMakeAsync(caller % 2 == 0 ? Volume : Other, path, Line(caller, round, 30)))));

            var lines = Encoding.ASCII.GetString(await ReadAsync(Volume, path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(lines, Is.EquivalentTo(Enumerable.Range(0, Callers).Select(caller => Encoding.ASCII.GetString(Line(caller, round, 30)).TrimEnd())), $"round {round}");
        }
    }

    [Test]
    public async Task Lock_files_are_not_listed_and_what_else_is_at_the_root_is()
    {
        await WriteAsync(Volume, "log", [1], FileWriteMode.CreateNew);
        await WriteAsync(Volume, "log", [2], FileWriteMode.Append);

        Assert.That((await ListAsync(Other, "")).Select(e => e.Name), Is.EqualTo(new[] { "log" }));
        Assert.That(await ReadAsync(Other, "log"), Is.EqualTo(new byte[] { 1, 2 }));
    }

    private static async Task AppendOrMakeAsync(IVolume volume, string path, byte[] line)
    {
        while (true)
        {
            try
            {
                await WriteAsync(volume, path, line, FileWriteMode.Append);
                return;
            }
            catch (FileExistsException)
            {
                // Somebody else made it in between: now it can be added to.
            }
        }
    }

    private static byte[] Line(int caller, int round, int length) => Encoding.ASCII.GetBytes($"{caller} {round} {new string((char)('a' + caller), length)}\n");
}
