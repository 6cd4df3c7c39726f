namespace Worker;

/// <summary>One line of a listing.</summary>
internal sealed record ListedFile(string Path);
