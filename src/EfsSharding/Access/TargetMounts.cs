using System.Globalization;
using System.Net;
using EfsSharding.Volumes;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Access;

/// <summary>Tells which kernel mounts lead to which target.</summary>
internal sealed class TargetMounts(KernelMountOptions options, MountPoints mountPoints, IProcFileSystem proc)
{
    public MountTable Read() => MountTable.Parse(proc.Read("self/mountinfo"));

    /// <summary>The first of our mount points where the target is mounted, or null.</summary>
    public string? Find(MountTarget target, IPAddress address)
    {
        var table = Read();
        return table.Entries
            .Where(e => mountPoints.Contains(e.MountPoint) && ReferenceEquals(e, table.TopmostAt(e.MountPoint)) && LeadsTo(e, target, address))
            .OrderBy(e => e.MountPoint.Length)
            .ThenBy(e => e.MountPoint, StringComparer.Ordinal)
            .FirstOrDefault()?.MountPoint;
    }

    public bool IsAt(string mountPoint, MountTarget target, IPAddress address) =>
        Read().TopmostAt(mountPoint) is { } entry && LeadsTo(entry, target, address);

    /// <summary>Whether an opened directory is the root of the target's mount, and not of what lies beneath the mount point.</summary>
    /// <exception cref="MountFailedException">It is not.</exception>
    public void Verify(SafeFileHandle root, string mountPoint, MountTarget target, IPAddress address)
    {
        var id = DescriptorMount.IdOf(root, proc);
        if (Read().FindById(id) is not { } entry || entry.MountPoint != mountPoint || !LeadsTo(entry, target, address))
        {
            throw new MountFailedException(target, $"{mountPoint} does not show its live mount, so nothing is read or written there. Look at it with: findmnt {mountPoint}");
        }
    }

    /// <summary>
    /// What a mount by mount.efs must be known by: its address is that of a proxy on this machine. Ids of mounts start again with
    /// the machine, so its boot is part of it.
    /// </summary>
    public string RecordOf(MountEntry entry, MountTarget target, IPAddress address) => string.Create(
        CultureInfo.InvariantCulture,
        $"{IdentityOf(entry)}{target.MountTargetId} {KernelMountCommand.MountOptions(options, address)} {address}\n");

    private string IdentityOf(MountEntry entry) => string.Create(
        CultureInfo.InvariantCulture, $"{proc.Read("sys/kernel/random/boot_id").Trim()} {entry.Id} {entry.Device} {entry.SuperOption("port")} ");

    /// <summary>
    /// A mount that was recorded is known by that: it was made for this target with these options, whichever address the kernel shows
    /// where a
    /// server says that several of its addresses are one. One that was not, by hand or by a library of before, is known by its address.
    /// </summary>
    private bool LeadsTo(MountEntry entry, MountTarget target, IPAddress address)
    {
        if (!entry.IsNfs || entry.Root != "/")
        {
            return false;
        }

        var record = mountPoints.ReadRecord(entry.MountPoint);
        return record == RecordOf(entry, target, address)
            || (options.Type == KernelMountType.Nfs4
                && record?.StartsWith(IdentityOf(entry), StringComparison.Ordinal) != true
                && NfsMount.ShowsRootOf(entry, address, KernelMountCommand.PortOf(options))
                && ShowsExtraOptions(entry));
    }

    private bool ShowsExtraOptions(MountEntry entry)
    {
        string[] shown = [.. entry.Options.Split(','), .. entry.SuperOptions.Split(',')];
        return (options.ExtraOptions ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .All(o => o.StartsWith("port=", StringComparison.Ordinal) || shown.Contains(o, StringComparer.Ordinal));
    }
}
