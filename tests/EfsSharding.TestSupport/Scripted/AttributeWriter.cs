namespace EfsSharding.TestSupport.Scripted;

/// <summary>Encodes fattr4 (RFC 8881 §5.8) of an inode: what is asked for and known, in the order of the numbers.</summary>
internal static class AttributeWriter
{
    private static readonly uint[] Known = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 19, 20, 27, 29, 30, 31, 33, 35, 36, 37, 45, 47, 52, 53, 55, 75];

    public static void Write(PeerWriter writer, uint[] wanted, Inode inode, PeerState state)
    {
        var mask = new uint[3];
        var values = new PeerWriter();
        foreach (var number in Known)
        {
            if (number / 32 < wanted.Length && (wanted[number / 32] & (1u << (int)(number % 32))) != 0)
            {
                mask[number / 32] |= 1u << (int)(number % 32);
                WriteValue(values, number, inode, state);
            }
        }

        writer.Bitmap(mask.AsSpan(0, Words(mask))).Opaque(values.ToArray());
    }

    private static int Words(uint[] mask) => mask[2] != 0 ? 3 : mask[1] != 0 ? 2 : mask[0] != 0 ? 1 : 0;

    private static void WriteValue(PeerWriter writer, uint number, Inode inode, PeerState state)
    {
        switch (number)
        {
            case 0 or 75:
                var mask = new uint[3];
                foreach (var known in number == 0 ? Known : [4, 33])
                {
                    mask[known / 32] |= 1u << (int)(known % 32);
                }

                writer.Bitmap(mask);
                break;
            case 1:
                writer.UInt32((uint)inode.Type);
                break;
            case 2:
                writer.UInt32(0);
                break;
            case 3:
                writer.UInt64(inode.Change);
                break;
            case 4 or 45:
                writer.UInt64(inode.StatedSize ?? (ulong)inode.Content.Length);
                break;
            case 5 or 6 or 9:
                writer.Boolean(true);
                break;
            case 7:
                writer.Boolean(false);
                break;
            case 8:
                writer.UInt64(state.Settings.FileSystemId).UInt64(0);
                break;
            case 10:
                writer.UInt32(state.Settings.LeaseSeconds);
                break;
            case 19:
                writer.Opaque(state.Tree.HandleOf(inode));
                break;
            case 20 or 55:
                writer.UInt64(inode.Id);
                break;
            case 27:
                writer.UInt64(1UL << 40);
                break;
            case 29:
                writer.UInt32(255);
                break;
            case 30 or 31:
                writer.UInt64(1 << 20);
                break;
            case 33:
                writer.UInt32(inode.Mode);
                break;
            case 35:
                writer.UInt32(inode.Links);
                break;
            case 36 or 37:
                writer.Text("0");
                break;
            case 47 or 52 or 53:
                var at = number == 52 ? inode.Changed : inode.Modified;
                writer.UInt64((ulong)(inode.StatedModified ?? at.ToUnixTimeSeconds())).UInt32((uint)(at.Ticks % TimeSpan.TicksPerSecond) * 100);
                break;
        }
    }
}
