using System.Text;

namespace EfsSharding.TestSupport.Samples;

/// <param name="Status">0 when the connection ended without a reply.</param>
/// <param name="Headers">By their names, in any case.</param>
/// <param name="Body">What came of it.</param>
/// <param name="IsWhole">Whether all of the body came.</param>
internal sealed record RawReply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool IsWhole)
{
    /// <summary>Whether the server asked for the body before it answered.</summary>
    public bool ContinuedFirst { get; init; }

    public string Text => Encoding.UTF8.GetString(Body);
}
