namespace EfsSharding.Access;

/// <summary>One line of /proc/self/mountinfo, with its escapes resolved (proc_pid_mountinfo(5)).</summary>
internal sealed record MountEntry
{
    public required int Id { get; init; }

    public required int ParentId { get; init; }

    /// <summary>Major and minor number, which all mounts of one file system share, for example <c>0:53</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The directory of the file system that shows at the mount point; not <c>/</c> for a bind mount of a part.</summary>
    public required string Root { get; init; }

    public required string MountPoint { get; init; }

    public required string Options { get; init; }

    public required string FileSystemType { get; init; }

    public required string Source { get; init; }

    public required string SuperOptions { get; init; }

    public bool IsNfs => FileSystemType is "nfs" or "nfs4" or "efs";

    /// <summary>The value of <c>name=value</c> among the options of the file system, or null.</summary>
    public string? SuperOption(string name)
    {
        foreach (var option in SuperOptions.Split(','))
        {
            if (option.Length > name.Length && option[name.Length] == '=' && option.StartsWith(name, StringComparison.Ordinal))
            {
                return option[(name.Length + 1)..];
            }
        }

        return null;
    }
}
