using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>However deep a path, no compound has more operations than the server granted.</summary>
public sealed class DeepPathTests
{
    private static readonly string Directory = string.Join('/', Enumerable.Range(0, 25).Select(i => $"d{i}"));

    [Test]
    public async Task Every_operation_stays_within_what_was_granted([Values(9u, 10u, 16u)] uint operations, [Values] bool remembersDirectories, [Values] bool opens)
    {
        var settings = new PeerSettings { TakesAnonymousStateid = !opens };
        settings = settings with { Limits = settings.Limits with { MaxOperations = operations } };
        await using var scripted = await ScriptedVolume.OverAsync(
            new ScriptedServer(settings), o => o.DirectoryHandleLifetime = remembersDirectories ? o.DirectoryHandleLifetime : TimeSpan.Zero);

        foreach (var depth in new[] { 25, 20, 8, 7, 6, 3, 2, 1 })
        {
            var directory = string.Join('/', Directory.Split('/')[..depth]);
            await scripted.WriteAsync($"{directory}/new/file", "first", FileWriteMode.CreateNew);
            await scripted.WriteAsync($"{directory}/new/file", "second", FileWriteMode.Replace);
            await scripted.WriteAsync($"{directory}/new/file", ", more", FileWriteMode.Append);
            Assert.That(await scripted.ReadAsync($"{directory}/new/file"), Is.EqualTo("second, more"));
            Assert.That(await scripted.ListAsync($"{directory}/new"), Is.EqualTo(new[] { "file" }));
            Assert.That((await scripted.Volume.GetAttributesAsync($"{directory}/new/file", CancellationToken.None))!.Value.Length, Is.EqualTo(12));
            await WriteStreamAsync(scripted, $"{directory}/new/streamed");
            Assert.That(await scripted.Volume.DeleteAsync($"{directory}/new/streamed", CancellationToken.None), Is.True);
            Assert.That(await scripted.Volume.DeleteAsync($"{directory}/new/file", CancellationToken.None), Is.True);
        }

        Assert.That(scripted.Server.Compounds.Max(c => c.Count), Is.LessThanOrEqualTo((int)operations));
        Assert.That(scripted.Server.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_deep_directory_that_went_away_is_made_again()
    {
        await using var scripted = await ScriptedVolume.StartAsync();
        await scripted.WriteAsync($"{Directory}/file", "before", FileWriteMode.Replace);
        for (var gone = $"{Directory}/file"; gone.Length > 0; gone = gone[..Math.Max(gone.LastIndexOf('/'), 0)])
        {
            scripted.Server.Tree.Remove(gone);
        }

        await scripted.WriteAsync($"{Directory}/deeper/file", "after", FileWriteMode.Replace);

        Assert.That(await scripted.ReadAsync($"{Directory}/deeper/file"), Is.EqualTo("after"));
        Assert.That(scripted.Server.Tree.Files().Keys, Is.EqualTo(new[] { $"{Directory}/deeper/file" }));
    }

    [Test]
    public async Task A_server_that_grants_too_few_operations_is_refused()
    {
        var settings = new PeerSettings();
        await using var server = new ScriptedServer(settings with { Limits = settings.Limits with { MaxOperations = 8 } });

        await Assert.ThatAsync(() => ScriptedVolume.OverAsync(server), Throws.TypeOf<MountFailedException>().With.Message.Contains("grants too little"));
    }

    private static Task WriteStreamAsync(ScriptedVolume scripted, string path) => scripted.Volume.WriteAsync(
        path, new PendingWrite(new FileContent(new byte[10], new MemoryStream(new byte[3_000_000]), 0), FileWriteMode.CreateNew), CancellationToken.None);
}
