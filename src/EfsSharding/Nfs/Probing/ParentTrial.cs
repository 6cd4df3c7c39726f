namespace EfsSharding.Nfs.Probing;

/// <summary>Files in a directory that is missing, with its parents, are written by two clients at once.</summary>
internal static class ParentTrial
{
    private const int Bytes = 100;

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            scratch.WriteAsync(scratch.One, "a/b/c/one", ProbeContent.Make(1, Bytes), FileWriteMode.CreateNew, cancellationToken),
            scratch.WriteAsync(scratch.Other, "a/b/c/other", ProbeContent.Make(2, Bytes), FileWriteMode.Replace, cancellationToken)).ConfigureAwait(false);
        var one = await scratch.ReadAsync(scratch.Other, "a/b/c/one", cancellationToken).ConfigureAwait(false);
        var other = await scratch.ReadAsync(scratch.One, "a/b/c/other", cancellationToken).ConfigureAwait(false);
        var whole = ProbeContent.Is(one, 1, Bytes) && ProbeContent.Is(other, 2, Bytes);
        return new Finding(whole, $"two files written at once three directories deep, where there was none: {(whole ? "both are there" : "not both are whole")}");
    }
}
