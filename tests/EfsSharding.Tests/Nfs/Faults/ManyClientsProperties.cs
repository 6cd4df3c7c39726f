using System.Net;
using System.Text;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using FsCheck;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Several clients do random operations in turn while the server fails at random; a model of the files says what each may see.</summary>
public sealed class ManyClientsProperties
{
    private static readonly string[] Paths = ["one", "d/two", "d/e/three"];

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void Clients_agree_with_a_model_of_the_files(int seed) => RunAsync(new Random(seed)).GetAwaiter().GetResult();

    private static async Task RunAsync(Random random)
    {
        // Between two steps more time passes for the server than its answers leave open, so that what was there before can be distinguished from what came since.
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var server = new ScriptedServer(time: clock);
        await using var first = await ScriptedVolume.OverAsync(server);
        await using var second = await ScriptedVolume.OverAsync(server);
        await using var third = await ScriptedVolume.OverAsync(server);
        ScriptedVolume[] clients = [first, second, third];
        var model = new Dictionary<string, string>();
        for (var step = 0; step < 40; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            Disturb(server, random);
            var path = Paths[random.Next(Paths.Length)];
            var (operation, content) = (random.Next(6), $"content {step}");
            try
            {
                await StepAsync(clients[random.Next(clients.Length)], path, operation, content, model);
            }
            catch (ChangeInDoubtException) when (operation < 3)
            {
                // The answer was lost: the change was made or not, and nothing else happened.
                var found = server.Tree.Find(path) is { } file ? Encoding.UTF8.GetString(file.Content) : null;
                var before = model.GetValueOrDefault(path);
                Assert.That(found, Is.EqualTo(before).Or.EqualTo(operation == 2 ? before + content : content), path);
                SetOrRemove(model, path, found);
            }
        }

        server.Script = null;
        foreach (var path in Paths)
        {
            Assert.That(server.Tree.Find(path) is { } file ? Encoding.UTF8.GetString(file.Content) : null, Is.EqualTo(model.GetValueOrDefault(path)), path);
        }

        Assert.That(server.Complaints, Is.Empty);
    }

    private static void SetOrRemove(Dictionary<string, string> model, string path, string? content)
    {
        if (content is null)
        {
            model.Remove(path);
        }
        else
        {
            model[path] = content;
        }
    }

    private static async Task StepAsync(ScriptedVolume client, string path, int operation, string content, Dictionary<string, string> model)
    {
        var exists = model.TryGetValue(path, out var current);
        switch (operation)
        {
            case 0:
                await client.WriteAsync(path, content, FileWriteMode.Replace);
                model[path] = content;
                break;
            case 1 when exists:
                await Assert.ThatAsync(
                    () => client.WriteAsync(path, content, FileWriteMode.CreateNew), Throws.TypeOf<FileExistsException>().Or.TypeOf<ChangeInDoubtException>());
                break;
            case 1:
                await client.WriteAsync(path, content, FileWriteMode.CreateNew);
                model[path] = content;
                break;
            case 2:
                await client.WriteAsync(path, content, FileWriteMode.Append);
                model[path] = current + content;
                break;
            case 3:
                // Where a first try may have removed it, a file that is not there counts as removed.
                Assert.That(await DeleteAsync(client, path) || !exists, path);
                model.Remove(path);
                break;
            case 4 when exists:
                Assert.That(await client.ReadAsync(path), Is.EqualTo(current), path);
                break;
            case 4:
                await Assert.ThatAsync(() => client.ReadAsync(path), Throws.TypeOf<FileNotFoundException>());
                break;
            default:
                var length = (await client.Volume.GetAttributesAsync(path, CancellationToken.None).WaitAsync(ScriptedVolume.Patience))?.Length;
                Assert.That(length, Is.EqualTo(exists ? current!.Length : null), path);
                break;
        }
    }

    /// <summary>One that was just made may be somebody else's, made after a first try that was not answered: it is left alone, and that is told.</summary>
    private static async Task<bool> DeleteAsync(ScriptedVolume client, string path)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await client.Volume.DeleteAsync(path, CancellationToken.None).WaitAsync(ScriptedVolume.Patience);
            }
            catch (ChangeInDoubtException) when (tries < 5)
            {
            }
        }
    }

    /// <summary>One fault in the next few operations, of those that pass.</summary>
    private static void Disturb(ScriptedServer server, Random random)
    {
        var after = server.Steps + random.Next(8);
        Fault? fault = random.Next(8) switch
        {
            0 => new Fault.CutBefore(),
            1 => new Fault.CutAfter(),
            2 => new Fault.Restart(),
            3 => new Fault.Repeat(),
            4 => new Fault.Answer(Nfs4Stat.Delay),
            _ => null,
        };
        server.Script = step => step.Number == after ? fault : null;
        switch (random.Next(12))
        {
            case 0:
                server.Disconnect(IPAddress.Loopback);
                break;
            case 1:
                server.LoseSessions(dead: random.Next(2) == 0);
                break;
            case 2:
                server.ExpireClients();
                break;
            case 3:
                server.RevokeOpens();
                break;
            case 4:
                server.StaleHandles();
                break;
            case 5:
                server.LoseUnstableData();
                break;
        }
    }
}
