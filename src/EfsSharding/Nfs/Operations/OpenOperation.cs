using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Opens a name of the current directory and makes the file the current filehandle. No share is denied and no delegation wanted.</summary>
internal readonly ref struct OpenOperation(ReadOnlySpan<char> name, OpenMode mode, OpenOwner owner, UnixFileMode permissions) : INfsOperation
{
    public const uint ShareRead = 1;
    public const uint WantNoDelegation = 0x0400;
    private const uint ShareWrite = 2;
    private const int MaxPrincipalBytes = 1024;
    private readonly ReadOnlySpan<char> _name = name;

    public static NfsOpcode Opcode => NfsOpcode.Open;

    /// <summary>Reads the state that was made.</summary>
    public static StateId ReadResult(ref XdrReader reader) => ReadResult(ref reader, out _);

    /// <summary>Reads the state that was made, and the flags of the result.</summary>
    public static StateId ReadResult(ref XdrReader reader, out uint flags)
    {
        var state = StateId.Read(ref reader);
        reader.Skip(4 + 8 + 8); // change_info4
        flags = reader.ReadUInt32();
        Bitmap.Skip(ref reader);
        SkipDelegation(ref reader);
        return state;
    }

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32(WantNoDelegation | (mode == OpenMode.ReadExisting ? ShareRead : ShareRead | ShareWrite));
        writer.WriteUInt32(0);
        writer.WriteUInt64(owner.ClientId);
        writer.WriteUInt32(8);
        writer.WriteUInt64(owner.Number);
        if (mode is OpenMode.OpenOrCreate or OpenMode.CreateGuarded)
        {
            writer.WriteUInt32(1);
            writer.WriteUInt32(mode == OpenMode.CreateGuarded ? 1u : 0u);
            Bitmap.Write(writer, AttributeMask.Mode);
            writer.WriteUInt32(4);
            writer.WriteUInt32((uint)permissions);
        }
        else
        {
            writer.WriteUInt32(0);
        }

        writer.WriteUInt32(0); // CLAIM_NULL
        writer.WriteString(_name);
    }

    // A delegation that is given all the same is left to the server to take back: none is used here.
    private static void SkipDelegation(ref XdrReader reader)
    {
        var type = reader.ReadUInt32();
        switch (type)
        {
            case 0:
                return;
            case 1 or 2:
                reader.Skip(16 + 4);
                if (type == 2)
                {
                    reader.Skip(4 + 8); // nfs_space_limit4, whose two forms are of one size
                }

                reader.Skip(12);
                reader.SkipOpaque(MaxPrincipalBytes);
                return;
            case 3:
                if (reader.ReadUInt32() is 1 or 2)
                {
                    reader.Skip(4);
                }

                return;
            default:
                throw new XdrFormatException($"A delegation is of type {type}.");
        }
    }
}
