using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>A deletion that may need several targets, and its attempt under way.</summary>
/// <param name="started">When it began, in the clock's timestamps.</param>
internal sealed class PendingDelete(long started)
{
    private DeleteAttempt? _current;

    public StoredVersion? Expected { get; init; }

    public LockPlace? Lock { get; init; }

    public DeleteAttempt Current => _current ??= New();

    /// <summary>Begins the next attempt, unless none has been made yet.</summary>
    public DeleteAttempt Begin() => Current.IsAbandoned ? _current = New() : Current;

    private DeleteAttempt New() => new(started) { Expected = Expected, Lock = Lock };
}
