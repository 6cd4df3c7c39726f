using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary><c>bitmap4</c>: words of 32 attribute numbers each.</summary>
internal static class Bitmap
{
    private const int MaxWords = 8;

    public static void Write(XdrWriter writer, AttributeMask mask)
    {
        var high = (uint)((ulong)mask >> 32);
        writer.WriteUInt32(high == 0 ? 1u : 2u);
        writer.WriteUInt32((uint)mask);
        if (high != 0)
        {
            writer.WriteUInt32(high);
        }
    }

    public static AttributeMask Read(ref XdrReader reader)
    {
        var words = reader.ReadCount(MaxWords, 4);
        var mask = 0UL;
        for (var i = 0; i < words; i++)
        {
            var word = reader.ReadUInt32();
            if (i < 2)
            {
                mask |= (ulong)word << (32 * i);
            }
            else if (word != 0)
            {
                throw new XdrFormatException("The server set attributes that were not asked for.");
            }
        }

        return (AttributeMask)mask;
    }

    /// <summary>Passes over a bitmap whatever it says.</summary>
    public static void Skip(ref XdrReader reader) => reader.Skip(4 * reader.ReadCount(MaxWords, 4));
}
