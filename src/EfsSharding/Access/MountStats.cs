namespace EfsSharding.Access;

/// <summary>Reads /proc/self/mountstats.</summary>
internal static class MountStats
{
    private const string Device = "device ";
    private const string MountedOn = " mounted on ";
    private const string WithType = " with fstype ";
    private const string Transport = "xprt:";

    /// <summary>The NFS mounts with their connections. A line that does not have the kernel's form is passed over.</summary>
    public static IReadOnlyList<MountedTransport> Parse(string text)
    {
        var mounts = new List<MountedTransport>();
        List<string>? connections = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Device, StringComparison.Ordinal))
            {
                connections = null;
                if (MountPointOf(line) is { } mountPoint)
                {
                    connections = [];
                    mounts.Add(new MountedTransport { MountPoint = mountPoint, Connections = connections });
                }
            }
            else if (line.AsSpan().TrimStart().StartsWith(Transport))
            {
                connections?.Add(line.Trim()[Transport.Length..].Trim());
            }
        }

        return mounts;
    }

    // device 10.0.1.100:/ mounted on /mnt/efs-0 with fstype nfs4 statvers=1.1: names are escaped, so no blank is inside one.
    private static string? MountPointOf(string line)
    {
        var start = line.IndexOf(MountedOn, StringComparison.Ordinal) + MountedOn.Length;
        var end = line.LastIndexOf(WithType, StringComparison.Ordinal);
        return start >= MountedOn.Length && end >= start && line.AsSpan(end + WithType.Length).StartsWith("nfs")
            ? ProcText.Unescape(line[start..end])
            : null;
    }
}
