namespace EfsSharding.Storage;

/// <summary>What is known of the attempts at one delete.</summary>
internal sealed class DeleteAttempts
{
    /// <summary>One of them may have deleted the file without saying so.</summary>
    public bool AnyInDoubt { get; set; }
}
