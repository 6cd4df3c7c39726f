namespace Worker;

/// <summary>The last line of a listing that could not be finished.</summary>
/// <param name="Error">What happened and what to do.</param>
internal sealed record ListedEnd(string Error);
