namespace EfsSharding.Access;

/// <summary>How a program ended, and what it wrote to standard error.</summary>
internal sealed record CommandResult
{
    /// <summary>The exit status of a shell whose command is missing.</summary>
    public const int NotFound = 127;

    public required int ExitCode { get; init; }

    public string Error { get; init; } = "";
}
