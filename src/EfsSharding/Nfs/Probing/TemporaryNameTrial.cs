using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Probing;

/// <summary>A directory is listed in the middle of a write: the file under way is on the server and not in the list, and nothing of it stays.</summary>
internal static class TemporaryNameTrial
{
    private const string Subdirectory = "under-way";

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        using var rest = new HeldContent();
        var content = new FileContent(ProbeContent.Make(1, 4096), rest, 0);
        var write = scratch.WriteAsync(scratch.One, $"{Subdirectory}/file", content, FileWriteMode.Replace, cancellationToken);
        int hidden;
        List<string> listed;
        try
        {
            await Task.WhenAny(write, rest.IsAwaited).ConfigureAwait(false);
            hidden = await CountTemporaryAsync(scratch, cancellationToken).ConfigureAwait(false);
            listed = await ListAsync(scratch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            rest.End();
            await Task.WhenAny(write).ConfigureAwait(false);
        }

        await write.ConfigureAwait(false);
        var left = await CountTemporaryAsync(scratch, cancellationToken).ConfigureAwait(false);
        var after = await ListAsync(scratch, cancellationToken).ConfigureAwait(false);
        return new Finding(
            hidden == 1 && listed.Count == 0 && left == 0 && after is ["file"],
            $"while a file was written {hidden} temporary name was on the server and {listed.Count} names were listed; afterwards {left} and {after.Count}");
    }

    private static async Task<int> CountTemporaryAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var entries = await scratch.ListEverythingAsync(scratch.PathOf(Subdirectory), cancellationToken).ConfigureAwait(false);
        return entries.Count(static entry => TemporaryName.Is(entry.Name));
    }

    private static async Task<List<string>> ListAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var entry in scratch.Other.ListAsync(scratch.PathOf(Subdirectory), cancellationToken).ConfigureAwait(false))
        {
            names.Add(entry.Name);
        }

        return names;
    }
}
