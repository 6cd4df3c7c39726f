using System.Text;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>One operation of the volume that a fault is put into, and what may be true of the files afterwards.</summary>
internal sealed class Scenario
{
    private const string Path = "a/b/file";
    private const string Old = "the old content";
    private const string New = "what is new";

    private const string LargePath = "a/b/large";
    private static readonly byte[] Large = [.. Enumerable.Range(0, 250_000).Select(i => (byte)(i * 7))];

    private readonly bool _exists;
    private readonly Func<ScriptedVolume, Task> _act;
    private readonly Func<string?, bool> _mayBeAfterFailure;
    private readonly string? _afterSuccess;
    private readonly PeerSettings? _settings;

    private Scenario(
        string name, bool exists, Func<ScriptedVolume, Task> act, string? afterSuccess, Func<string?, bool> mayBeAfterFailure, PeerSettings? settings = null)
    {
        _settings = settings;
        Name = name;
        _exists = exists;
        _act = act;
        _afterSuccess = afterSuccess;
        _mayBeAfterFailure = mayBeAfterFailure;
    }

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("replace", exists: true, v => v.WriteAsync(Path, New, FileWriteMode.Replace), New, content => content is Old or New),
        new("replace in new directories", exists: false, v => v.WriteAsync(Path, New, FileWriteMode.Replace), New, content => content is null or New),
        new("create new", exists: false, v => v.WriteAsync(Path, New, FileWriteMode.CreateNew), New, content => content is null or New),
        new("append", exists: true, v => v.WriteAsync(Path, New, FileWriteMode.Append), Old + New, content => content is not null && (Old + New).StartsWith(content, StringComparison.Ordinal) && content.Length >= Old.Length),
        new("read", exists: true, async v => Assert.That(await v.ReadAsync(Path), Is.EqualTo(Old)), Old, content => content is Old),
        new("read where files must be opened", exists: true, async v => Assert.That(await v.ReadAsync(Path), Is.EqualTo(Old)), Old, content => content is Old, new PeerSettings { TakesAnonymousStateid = false }),
        new("read as a stream", exists: true, ReadStreamAsync, Old, content => content is Old),
        new("read a large file", exists: true, ReadLargeAsync, Old, content => content is Old),
        new("read a large stream", exists: true, ReadLargeStreamAsync, Old, content => content is Old),
        new("attributes", exists: true, async v => Assert.That((await v.Volume.GetAttributesAsync(Path, CancellationToken.None).WaitAsync(ScriptedVolume.Patience))?.Length, Is.EqualTo(Old.Length)), Old, content => content is Old),
        new("list", exists: true, async v => Assert.That(await v.ListAsync("a/b"), Is.EqualTo(new[] { "file" })), Old, content => content is Old),
        new("delete", exists: true, async v => Assert.That(await v.Volume.DeleteAsync(Path, CancellationToken.None).WaitAsync(ScriptedVolume.Patience), Is.True), null, content => content is null or Old),
    ];

    public string Name { get; }

    public override string ToString() => Name;

    /// <summary>Carries the operation out under a script.</summary>
    /// <param name="script">Is given each step of the operation, numbered from 0.</param>
    /// <returns>How it failed, or null, and how many steps it took.</returns>
    public async Task<(Exception? Failure, int Steps)> RunAsync(Func<Step, int, Fault?> script)
    {
        await using var scripted = await ScriptedVolume.StartAsync(_settings);
        if (_exists)
        {
            scripted.Server.Tree.PutFile(Path, Encoding.UTF8.GetBytes(Old)).Modified = DateTimeOffset.UtcNow - TimeSpan.FromHours(1);
            if (Name.Contains("large", StringComparison.Ordinal))
            {
                scripted.Server.Tree.PutFile(LargePath, Large);
            }
        }

        var steps = 0;
        scripted.Server.Script = step => script(step, Interlocked.Increment(ref steps) - 1);
        var failure = await FailureOfAsync(scripted);
        scripted.Server.Script = null;
        Check(scripted, failure);
        await ServesAgainAsync(scripted);
        Assert.That(scripted.Server.Complaints, Is.Empty, "what the client sent");
        return (failure, steps);
    }

    /// <summary>On the hasty clock a busy machine is a server that does not answer: it is asked a few times.</summary>
    private static async Task ServesAgainAsync(ScriptedVolume scripted)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await scripted.WriteAsync("a/b/afterwards", "served again", FileWriteMode.Replace);
                Assert.That(await scripted.ReadAsync("a/b/afterwards"), Is.EqualTo("served again"));
                return;
            }
            catch (TargetFaultException late) when (attempt < 5 && late.InnerException is TimeoutException)
            {
            }
        }
    }

    private static async Task ReadStreamAsync(ScriptedVolume scripted)
    {
        await using var stream = await scripted.Volume.OpenReadAsync(Path, CancellationToken.None).WaitAsync(ScriptedVolume.Patience);
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadToEndAsync().WaitAsync(ScriptedVolume.Patience), Is.EqualTo(Old));
    }

    private static async Task ReadLargeAsync(ScriptedVolume scripted) =>
        Assert.That((await scripted.Volume.ReadAllBytesAsync(LargePath, CancellationToken.None).WaitAsync(ScriptedVolume.Patience)).AsSpan().SequenceEqual(Large), Is.True);

    private static async Task ReadLargeStreamAsync(ScriptedVolume scripted)
    {
        await using var stream = await scripted.Volume.OpenReadAsync(LargePath, CancellationToken.None).WaitAsync(ScriptedVolume.Patience);
        var content = new byte[Large.Length];
        await stream.ReadExactlyAsync(content).AsTask().WaitAsync(ScriptedVolume.Patience);
        Assert.That(content.AsSpan().SequenceEqual(Large), Is.True);
    }

    private async Task<Exception?> FailureOfAsync(ScriptedVolume scripted)
    {
        try
        {
            await _act(scripted);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure;
        }
    }

    private void Check(ScriptedVolume scripted, Exception? failure)
    {
        var content = scripted.Server.Tree.Files().TryGetValue(Path, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;
        if (failure is null)
        {
            Assert.That(content, Is.EqualTo(_afterSuccess), "content after success");
        }
        else
        {
            Assert.That(_mayBeAfterFailure(content), Is.True, $"content '{content}' after {failure.Message}");
        }
    }
}
