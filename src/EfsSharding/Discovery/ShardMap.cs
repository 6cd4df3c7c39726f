namespace EfsSharding;

/// <summary>The published document: which file systems and mount targets there are, with a revision. Two maps are equal when all they say is equal.</summary>
public sealed record ShardMap
{
    /// <summary>Grows by one with each published change; 0 for a document of the first generation.</summary>
    public long Revision { get; init; }

    /// <summary>How store paths become paths on the file systems.</summary>
    /// <value><see cref="FileLayout.Plain"/> when the document does not say.</value>
    public FileLayout Layout { get; init; }

    /// <summary>The mount targets in the published order; at least one, with different ids.</summary>
    public required IReadOnlyList<MountTarget> MountTargets { get; init; }

    /// <summary>The file systems that the mount targets lead to, one entry each.</summary>
    public required IReadOnlyList<FileSystem> FileSystems { get; init; }

    /// <inheritdoc/>
    public bool Equals(ShardMap? other) =>
        other is not null
        && Revision == other.Revision
        && HasSameContent(other);

    /// <summary>Whether two maps differ in nothing but their revision.</summary>
    /// <param name="other">The map to compare with.</param>
    public bool HasSameContent(ShardMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Layout == other.Layout
            && MountTargets.SequenceEqual(other.MountTargets)
            && FileSystems.SequenceEqual(other.FileSystems);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Revision, Layout, MountTargets.Count, FileSystems.Count);
}
