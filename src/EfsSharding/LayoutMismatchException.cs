namespace EfsSharding;

/// <summary>The files of a file system were written in another layout than the shard map names, so that they would not be found.</summary>
public sealed class LayoutMismatchException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fileSystemId">The file system, <c>fs-…</c>.</param>
    /// <param name="mapLayout">The layout that the shard map names.</param>
    /// <param name="foundLayout">The layout that the file system's root shows.</param>
    public LayoutMismatchException(string fileSystemId, FileLayout mapLayout, FileLayout foundLayout)
        : base($"The shard map names the {mapLayout} layout, but the files of {fileSystemId} were written in the {foundLayout} layout. "
            + "Publish the map with the layout that the files have, or move the files first.")
    {
        FileSystemId = fileSystemId;
        MapLayout = mapLayout;
        FoundLayout = foundLayout;
    }

    /// <summary>The file system, <c>fs-…</c>.</summary>
    public string FileSystemId { get; }

    /// <summary>The layout that the shard map names.</summary>
    public FileLayout MapLayout { get; }

    /// <summary>The layout that the file system's root shows.</summary>
    public FileLayout FoundLayout { get; }
}
