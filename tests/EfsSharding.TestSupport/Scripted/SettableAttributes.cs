namespace EfsSharding.TestSupport.Scripted;

/// <summary>The attributes that a client may set here (RFC 8881 §5.8): size 4, mode 33, owner 36, owner_group 37, time_access_set 48, time_modify_set 54.</summary>
internal sealed record SettableAttributes(ulong? Size, uint? Mode, DateTimeOffset? Modified, bool ModifiedNow, uint[] Mask)
{
    public static SettableAttributes Read(ref PeerReader reader)
    {
        var mask = reader.Bitmap();
        var values = new PeerReader(reader.Opaque(4096));
        var result = new SettableAttributes(null, null, null, ModifiedNow: false, mask);
        for (var number = 0; number < mask.Length * 32; number++)
        {
            if ((mask[number / 32] & (1u << (number % 32))) != 0)
            {
                result = result.With(number, ref values);
            }
        }

        return values.Remaining == 0 ? result : throw new PeerFormatException("attribute values longer than their mask says");
    }

    private SettableAttributes With(int number, ref PeerReader values)
    {
        switch (number)
        {
            case 4:
                return this with { Size = values.UInt64() };
            case 33:
                return this with { Mode = values.UInt32() };
            case 36 or 37:
                values.Text();
                return this;
            case 48 or 54:
                var time = Time(ref values);
                return number == 48 ? this : this with { Modified = time, ModifiedNow = time is null };
            default:
                throw new PeerFormatException($"attribute {number}, which cannot be set");
        }
    }

    private static DateTimeOffset? Time(ref PeerReader values)
    {
        if (values.UInt32() == 0)
        {
            return null;
        }

        var seconds = (long)values.UInt64();
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(values.UInt32() / 100);
    }
}
