namespace Worker.Paths;

/// <summary>What the client asked for.</summary>
/// <param name="Path">The decoded path, from its first slash on.</param>
/// <param name="Query">The query as it was sent, without its question mark.</param>
internal sealed record ExactPath(string Path, string Query);
