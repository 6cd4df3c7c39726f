using EfsSharding.Nfs.Xdr;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Operations;

/// <summary>Attributes of one object; those that were not asked for, or that the server does not have, keep their default.</summary>
internal struct NfsAttributes
{
    private const int MaxBytes = 1024;
    private const AttributeMask Known = AttributeMask.Type | AttributeMask.Change | AttributeMask.Size | AttributeMask.LeaseTime
        | AttributeMask.ReadDirError | AttributeMask.FileId | AttributeMask.MaxRead | AttributeMask.MaxWrite | AttributeMask.Mode
        | AttributeMask.Links | AttributeMask.MetadataTime | AttributeMask.ModifyTime;

    public AttributeMask Present { get; private set; }

    public NfsFileType Type { get; private set; }

    public ulong Change { get; private set; }

    public long Size { get; private set; }

    public uint LeaseSeconds { get; private set; }

    /// <summary>Why a directory's entry has no attributes.</summary>
    public NfsStatus ReadDirError { get; private set; }

    public ulong FileId { get; private set; }

    public ulong MaxRead { get; private set; }

    public ulong MaxWrite { get; private set; }

    public uint Links { get; private set; }

    /// <summary>When content, name or other attributes changed last, by the server's clock.</summary>
    public DateTimeOffset MetadataChanged { get; private set; }

    public DateTimeOffset Modified { get; private set; }

    public readonly Volumes.FileVersion Version => new(FileId, Change, Size);

    public readonly Volumes.FileAttributes ToFileAttributes() => new(Size, Modified);

    /// <summary>Reads <c>fattr4</c>.</summary>
    public static NfsAttributes Read(ref XdrReader reader)
    {
        var present = Bitmap.Read(ref reader);
        if ((present & ~Known) != AttributeMask.None)
        {
            throw new XdrFormatException("The server sent attributes that were not asked for.");
        }

        var values = new XdrReader(reader.ReadOpaque(MaxBytes));
        var attributes = new NfsAttributes { Present = present };
        if (Has(AttributeMask.Type))
        {
            attributes.Type = (NfsFileType)values.ReadUInt32();
        }

        if (Has(AttributeMask.Change))
        {
            attributes.Change = values.ReadUInt64();
        }

        if (Has(AttributeMask.Size))
        {
            // No stream counts further than that.
            attributes.Size = (long)Math.Min(values.ReadUInt64(), long.MaxValue);
        }

        if (Has(AttributeMask.LeaseTime))
        {
            attributes.LeaseSeconds = values.ReadUInt32();
        }

        if (Has(AttributeMask.ReadDirError))
        {
            attributes.ReadDirError = (NfsStatus)values.ReadUInt32();
        }

        if (Has(AttributeMask.FileId))
        {
            attributes.FileId = values.ReadUInt64();
        }

        if (Has(AttributeMask.MaxRead))
        {
            attributes.MaxRead = values.ReadUInt64();
        }

        if (Has(AttributeMask.MaxWrite))
        {
            attributes.MaxWrite = values.ReadUInt64();
        }

        if (Has(AttributeMask.Mode))
        {
            values.Skip(4);
        }

        if (Has(AttributeMask.Links))
        {
            attributes.Links = values.ReadUInt32();
        }

        if (Has(AttributeMask.MetadataTime))
        {
            attributes.MetadataChanged = ReadTime(ref values);
        }

        if (Has(AttributeMask.ModifyTime))
        {
            attributes.Modified = ReadTime(ref values);
        }

        return attributes;

        bool Has(AttributeMask attribute) => (present & attribute) != AttributeMask.None;
    }

    private static DateTimeOffset ReadTime(ref XdrReader reader)
    {
        var seconds = reader.ReadInt64();
        return Volumes.FileTime.From(seconds, reader.ReadUInt32());
    }
}
