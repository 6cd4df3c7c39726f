namespace EfsSharding.Deploy.Tests.Documents;

/// <param name="Path">The document.</param>
/// <param name="Line">The number of the line in front of its text.</param>
/// <param name="Language">As the document says; shell for a block that is indented.</param>
/// <param name="Lines">Its text.</param>
internal sealed record CodeBlock(string Path, int Line, string Language, IReadOnlyList<string> Lines)
{
    /// <summary>The number of its last line.</summary>
    public int End => Line + Lines.Count;
}
