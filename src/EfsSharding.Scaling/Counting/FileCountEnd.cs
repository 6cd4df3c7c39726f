namespace EfsSharding.Scaling;

/// <summary>Why counting ended.</summary>
public enum FileCountEnd
{
    /// <summary>Every directory was read to its end.</summary>
    Complete,

    /// <summary>As many files as <see cref="FileCountRequest.UpTo"/> asks for were found before the end.</summary>
    LimitReached,

    /// <summary>The time of <see cref="FileCountRequest.TimeLimit"/> was over before the end.</summary>
    TimeLimitReached,
}
