namespace EfsSharding;

/// <summary>One promise of a store, put to the test with two clients of the server.</summary>
public sealed record NfsPromise
{
    /// <summary>
    /// Which: <c>replace_is_atomic</c>, <c>create_new_has_one_winner</c>, <c>content_appears_at_once</c>,
    /// <c>append_adds_at_the_end</c>, <c>temporary_names_are_hidden</c>,
    /// <c>open_files_stay_one_version</c> or <c>parents_are_made</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Whether it was kept.</summary>
    public required bool IsKept { get; init; }

    /// <summary>What was done and seen.</summary>
    public required string Detail { get; init; }
}
