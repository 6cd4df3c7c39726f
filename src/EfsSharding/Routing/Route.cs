namespace EfsSharding.Routing;

/// <summary>Where the files of one bucket are.</summary>
/// <param name="Holders">
/// The file systems that may have a file of the bucket, in the order to look: first the one that takes new files, then those that
/// held the bucket before and still serve older files. At least one; more than one only while a file system joins or drains.
/// </param>
internal sealed record Route(FileSystemRoute[] Holders)
{
    /// <summary>The file system that takes new files.</summary>
    public FileSystemRoute Owner => Holders[0];
}
