using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>A deletion that may need several targets, and its attempt under way.</summary>
/// <param name="started">When it began, in the clock's timestamps.</param>
internal sealed class PendingDelete(long started)
{
    public DeleteAttempt Current { get; private set; } = new(started);

    /// <summary>Begins the next attempt, unless none has been made yet.</summary>
    public DeleteAttempt Begin() => Current.IsAbandoned ? Current = new DeleteAttempt(started) : Current;
}
