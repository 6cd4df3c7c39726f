using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Probing;

/// <summary>
/// A file is replaced twice and deleted while a stream of another client has it open. What the stream gives is the version that it opened, or an
/// error that says that the server does not keep it; either keeps the promise, and which it was is an ability of the server.
/// </summary>
internal static class OpenFileTrial
{
    private const string Name = "held";

    /// <summary>A smaller file is read before it could be replaced.</summary>
    private const int LeastBytes = 300_000;

    public static async Task<Finding> RunAsync(ProbeScratch scratch, CancellationToken cancellationToken)
    {
        var bytes = Math.Max(scratch.LargeBytes, LeastBytes);
        await scratch.WriteAsync(scratch.One, Name, ProbeContent.Make(1, bytes), FileWriteMode.Replace, cancellationToken).ConfigureAwait(false);
        var stream = await scratch.Other.OpenReadAsync(scratch.PathOf(Name), cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            content.WriteByte((byte)stream.ReadByte());
            foreach (var version in (int[])[2, 3])
            {
                await scratch.WriteAsync(scratch.One, Name, ProbeContent.Make(version, bytes), FileWriteMode.Replace, cancellationToken).ConfigureAwait(false);
            }

            await scratch.One.DeleteAsync(scratch.PathOf(Name), cancellationToken).ConfigureAwait(false);
            var abilities = scratch.Other.Abilities;
            try
            {
                await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
                abilities.KeepsUnlinked = ProbeContent.Is(content.ToArray(), 1, bytes);
                return new Finding(
                    abilities.KeepsUnlinked.Value,
                    $"a file of {bytes} bytes, replaced twice and deleted while it was open, was {(abilities.KeepsUnlinked.Value ? "read to its end" : "mixed or cut short")}");
            }
            catch (FileChangedException changed)
            {
                abilities.KeepsUnlinked = false;
                return new Finding(true, $"the server does not keep a file of {bytes} bytes that is open, and its reader got the error: {changed.Message}");
            }
        }
    }
}
