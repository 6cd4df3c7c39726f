using System.Runtime.InteropServices;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>The parts of <c>struct statx</c> that are used; its layout is the same on every architecture. Source: statx(2).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    /// <summary>STATX_TYPE | STATX_NLINK | STATX_MTIME | STATX_CTIME | STATX_INO | STATX_SIZE.</summary>
    public const uint UsedMask = 0x001 | 0x004 | 0x040 | 0x080 | 0x100 | 0x200;

    private const ushort TypeMask = 0xF000;
    private const ushort RegularType = 0x8000;
    private const ushort DirectoryType = 0x4000;
    private const ushort SymbolicLinkType = 0xA000;

    [FieldOffset(16)]
    public uint Links;

    /// <summary>STATX_ATTR_MOUNT_ROOT.</summary>
    private const ulong MountRoot = 0x2000;

    [FieldOffset(8)]
    public ulong Attributes;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(96)]
    public long ChangedSeconds;

    [FieldOffset(104)]
    public uint ChangedNanoseconds;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    /// <summary>Whether a file system is mounted there; false also where the kernel (before 5.8) does not say.</summary>
    public readonly bool IsMountRoot => (Attributes & MountRoot) != 0;

    public readonly bool IsRegularFile => (Mode & TypeMask) == RegularType;

    public readonly bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public readonly bool IsSymbolicLink => (Mode & TypeMask) == SymbolicLinkType;

    public readonly FileVersion Version => new(Inode, unchecked(((ulong)ChangedSeconds * 1_000_000_000) + ChangedNanoseconds), (long)Size);

    /// <summary>The same by the time of last modification, which a rename or a link does not change.</summary>
    public readonly FileVersion Content => new(Inode, unchecked(((ulong)ModifiedSeconds * 1_000_000_000) + ModifiedNanoseconds), (long)Size);

    public readonly DateTimeOffset LastModified => FileTime.From(ModifiedSeconds, ModifiedNanoseconds);
}
