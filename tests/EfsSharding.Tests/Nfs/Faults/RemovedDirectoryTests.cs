using System.Text;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>What another client made is found at once, also where a server knows the handle of a directory that was removed and made again.</summary>
public sealed class RemovedDirectoryTests
{
    private static readonly string[] Questions = ["info", "read", "open", "list", "delete", "append", "create", "replace"];

    [Test]
    public async Task A_directory_that_another_client_removed_and_made_again_is_the_new_one(
        [Values("d", "d/e", "d/e/f/g/h/i/j/k")] string directory, [Values] bool all, [ValueSource(nameof(Questions))] string question, [Values] bool opensToRead)
    {
        await using var server = new ScriptedServer(new PeerSettings { KnowsRemovedDirectories = true, TakesAnonymousStateid = !opensToRead });
        await using var ours = await ScriptedVolume.OverAsync(server, time: TimeProvider.System);
        await using var other = await ScriptedVolume.OverAsync(server, time: TimeProvider.System);
        var path = $"{directory}/file";
        await other.WriteAsync(path, "old", FileWriteMode.Replace);
        foreach (var looked in Questions.Take(4))
        {
            await AnswerAsync(ours, path, looked);
        }

        await RemoveAsync(other, path, all);
        await other.WriteAsync(path, "again", FileWriteMode.Replace);

        Assert.That(await AnswerAsync(ours, path, question), Is.EqualTo(question switch
        {
            "info" => "5",
            "read" or "open" => "again",
            "list" => "file",
            "delete" => "True",
            "append" => "again!",
            "create" => "exists",
            _ => "new",
        }));
        Assert.That(server.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_missing_name_in_a_directory_whose_handle_is_known_costs_one_more_round_trip([Values("delete", "list")] string question)
    {
        await using var scripted = await ScriptedVolume.StartAsync();
        scripted.Server.Tree.PutDirectory("d");
        await scripted.ListAsync("d");
        scripted.Server.Compounds.Clear();

        Assert.That(await AnswerAsync(scripted, "d/missing", question), Is.EqualTo(question == "delete" ? "False" : ""));

        Assert.That(scripted.Server.Compounds, Has.Count.EqualTo(2));
    }

    private static async Task RemoveAsync(ScriptedVolume other, string path, bool all)
    {
        Assert.That(await other.Volume.DeleteAsync(path, default), Is.True);
        for (var directory = path; directory.Contains('/', StringComparison.Ordinal) && (all || directory == path);)
        {
            directory = directory[..directory.LastIndexOf('/')];
            other.Server.Tree.Remove(directory, isKnown: true);
        }
    }

    private static async Task<string> AnswerAsync(ScriptedVolume volume, string path, string question)
    {
        switch (question)
        {
            case "info":
                return (await volume.Volume.GetAttributesAsync(path, default))?.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
            case "read":
                return await volume.ReadAsync(path);
            case "open":
                await using (var stream = await volume.Volume.OpenReadAsync(path, default))
                {
                    using var reader = new StreamReader(stream, Encoding.UTF8);
                    return await reader.ReadToEndAsync();
                }

            case "list":
                return string.Join(',', await volume.ListAsync(path[..path.LastIndexOf('/')]));
            case "delete":
                return $"{await volume.Volume.DeleteAsync(path, default)}";
            case "append":
                await volume.WriteAsync(path, "!", FileWriteMode.Append);
                return await volume.ReadAsync(path);
            case "create":
                try
                {
                    await volume.WriteAsync(path, "new", FileWriteMode.CreateNew);
                    return await volume.ReadAsync(path);
                }
                catch (FileExistsException)
                {
                    return "exists";
                }

            default:
                await volume.WriteAsync(path, "new", FileWriteMode.Replace);
                return await volume.ReadAsync(path);
        }
    }
}
