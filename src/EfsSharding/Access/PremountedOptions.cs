namespace EfsSharding;

/// <summary>
/// Where the platform or an operator has mounted the file systems: Lambda's and ECS's own EFS volumes, or entries of fstab.
/// </summary>
public sealed class PremountedOptions
{
    /// <summary>
    /// The absolute directory of a mount target (<c>fsmt-…</c>) or of a whole file system (<c>fs-…</c>), by its id. An entry of the
    /// mount target goes before one of its file system, whose mount targets all show the same files.
    /// </summary>
    public IDictionary<string, string> Directories { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The absolute directory of every mount target that <see cref="Directories"/> does not name, all of one file system.
    /// </summary>
    /// <value>Null: there is none.</value>
    public string? Directory { get; set; }

    /// <summary>
    /// Refuses a directory that does not lie on an NFS mount, so that nothing is written to the machine's own disk when a volume is
    /// missing.
    /// </summary>
    /// <value>True.</value>
    public bool RequireMount { get; set; } = true;
}
