using System.Globalization;

namespace EfsSharding.Access;

/// <summary>The mounts of this process at one moment.</summary>
internal sealed class MountTable
{
    private MountTable(IReadOnlyList<MountEntry> entries) => Entries = entries;

    /// <summary>In the order of the kernel: a mount over another comes after it.</summary>
    public IReadOnlyList<MountEntry> Entries { get; }

    /// <summary>Reads /proc/self/mountinfo. A line that does not have the documented form is passed over.</summary>
    public static MountTable Parse(string text) =>
        new([.. text.Split('\n').Select(ParseLine).OfType<MountEntry>()]);

    public MountEntry? FindById(int id) => Entries.FirstOrDefault(e => e.Id == id);

    /// <summary>What a path name reaches: the last of the mounts that are stacked there, or null.</summary>
    public MountEntry? TopmostAt(string mountPoint) => Entries.LastOrDefault(e => e.MountPoint == mountPoint);

    /// <summary>
    /// Names what is mounted at a path or above it, and every NFS mount, as a link may lead there: it changes when one of them is
    /// unmounted or another
    /// mounted. The kernel gives the id of a mount to no other while a call on it is under way.
    /// </summary>
    public string InstanceAt(string path) => string.Join(' ', Entries
        .Where(e => e.IsNfs || path == e.MountPoint || path.StartsWith(e.MountPoint.TrimEnd('/') + "/", StringComparison.Ordinal))
        .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Id}@{e.Device}")));

    // 36 35 98:0 /mnt1 /mnt/parent rw,noatime master:1 - ext3 /dev/root rw,errors=continue: none or more fields stand before the dash.
    private static MountEntry? ParseLine(string line)
    {
        var fields = line.Split(' ');
        var dash = fields.Length > 6 ? Array.IndexOf(fields, "-", 6) : -1;
        return dash >= 0
            && fields.Length > dash + 3
            && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parentId)
            ? new MountEntry
            {
                Id = id,
                ParentId = parentId,
                Device = fields[2],
                Root = ProcText.Unescape(fields[3]),
                MountPoint = ProcText.Unescape(fields[4]),
                Options = ProcText.Unescape(fields[5]),
                FileSystemType = ProcText.Unescape(fields[dash + 1]),
                Source = ProcText.Unescape(fields[dash + 2]),
                SuperOptions = ProcText.Unescape(fields[dash + 3]),
            }
            : null;
    }
}
