using System.Text;

namespace EfsSharding.Nfs.Probing;

/// <summary>Two clients append in turn; a third look shows all of it in that order.</summary>
internal static class AppendTrial
{
    private const int Appends = 10;

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var expected = new StringBuilder();
        for (var i = 0; i < Appends; i++)
        {
            var line = $"line {i} of the probe\n";
            expected.Append(line);
            await scratch.WriteAsync(i % 2 == 0 ? scratch.One : scratch.Other, "appended", Encoding.ASCII.GetBytes(line), i == 0 ? FileWriteMode.CreateNew : FileWriteMode.Append, cancellationToken)
                .ConfigureAwait(false);
        }

        var content = Encoding.ASCII.GetString(await scratch.ReadAsync(scratch.One, "appended", cancellationToken).ConfigureAwait(false));
        return new Finding(
            content == expected.ToString(),
            $"{Appends} appends by two clients in turn, {content.Length} of {expected.Length} bytes there, {(content == expected.ToString() ? "in order" : "not in order")}");
    }
}
