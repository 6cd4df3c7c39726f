namespace EfsSharding.Nfs.Probing;

/// <summary>Puts each promise of a store to the test.</summary>
internal static class PromiseTrials
{
    private static readonly (string Name, Func<ProbeScratch, CancellationToken, Task<Finding>> RunAsync)[] Trials =
    [
        ("replace_is_atomic", ReplaceTrial.RunAsync),
        ("create_new_has_one_winner", CreateNewTrial.RunAsync),
        ("content_appears_at_once", AppearanceTrial.RunAsync),
        ("append_adds_at_the_end", AppendTrial.RunAsync),
        ("temporary_names_are_hidden", TemporaryNameTrial.RunAsync),
        ("open_files_stay_one_version", OpenFileTrial.RunAsync),
        ("parents_are_made", ParentTrial.RunAsync),
    ];

    public static async Task<IReadOnlyList<NfsPromise>> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var promises = new List<NfsPromise>(Trials.Length);
        foreach (var (name, runAsync) in Trials)
        {
            var finding = await FindAsync(scratch, runAsync, cancellationToken).ConfigureAwait(false);
            promises.Add(new NfsPromise { Name = name, IsKept = finding.IsKept, Detail = finding.Detail });
        }

        return promises;
    }

    private static async Task<Finding> FindAsync(
        ProbeScratch scratch, Func<ProbeScratch, CancellationToken, Task<Finding>> runAsync, CancellationToken cancellationToken)
    {
        try
        {
            return await runAsync(scratch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Finding(false, $"It failed: {failure.Message}");
        }
    }
}
