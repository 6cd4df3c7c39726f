namespace EfsSharding;

/// <summary>A shard map document is broken.</summary>
public sealed class ShardMapFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="origin">Where the document came from, for example the name of the SSM parameter.</param>
    /// <param name="position">The place in the JSON: a path such as <c>$.mount_targets[2].weight</c>, or a line and byte.</param>
    /// <param name="problem">What is wrong there, as a sentence.</param>
    /// <param name="innerException">What the JSON reader said, if it was the one to refuse.</param>
    public ShardMapFormatException(string origin, string position, string problem, Exception? innerException = null)
        : base($"The shard map in '{origin}' is broken at {position}: {problem}", innerException)
    {
        Origin = origin;
        Position = position;
        Problem = problem;
    }

    /// <summary>Where the document came from.</summary>
    public string Origin { get; }

    /// <summary>The place in the JSON.</summary>
    public string Position { get; }

    /// <summary>What is wrong there.</summary>
    internal string Problem { get; }
}
