using EfsSharding.Nfs.Xdr;
using FsCheck;
using FsCheck.Fluent;

namespace EfsSharding.Tests.Nfs.Xdr;

internal sealed class XdrTests
{
    [FsCheck.NUnit.Property]
    public void What_is_written_reads_back_equal(uint number, int signed, ulong large, long largeSigned, bool flag, byte[] opaque, NonNull<string> text)
    {
        using var writer = new XdrWriter(4);
        var valid = new string(text.Get.Where(c => !char.IsSurrogate(c)).ToArray());
        writer.WriteUInt32(number);
        writer.WriteInt32(signed);
        writer.WriteOpaque(opaque);
        writer.WriteUInt64(large);
        writer.WriteString(valid);
        writer.WriteInt64(largeSigned);
        writer.WriteFixedOpaque(opaque);
        writer.WriteBoolean(flag);

        Assert.That(writer.Length % 4, Is.Zero);
        var reader = new XdrReader(writer.WrittenSpan);
        Assert.That(reader.ReadUInt32(), Is.EqualTo(number));
        Assert.That(reader.ReadInt32(), Is.EqualTo(signed));
        Assert.That(reader.ReadOpaque(opaque.Length).ToArray(), Is.EqualTo(opaque));
        Assert.That(reader.ReadUInt64(), Is.EqualTo(large));
        Assert.That(System.Text.Encoding.UTF8.GetString(reader.ReadOpaque(int.MaxValue)), Is.EqualTo(valid));
        Assert.That(reader.ReadInt64(), Is.EqualTo(largeSigned));
        Assert.That(reader.ReadFixedOpaque(opaque.Length).ToArray(), Is.EqualTo(opaque));
        Assert.That(reader.ReadBoolean(), Is.EqualTo(flag));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void The_bytes_are_those_of_RFC_4506()
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0x01020304);
        writer.WriteString("abcde");
        writer.WriteBoolean(true);
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo("0102030400000005616263646500000000000001"));
    }

    [FsCheck.NUnit.Property]
    public void A_length_over_its_bound_or_over_the_record_is_refused(byte[] bytes, ushort bound)
    {
        var length = bytes.Length < 4 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var fits = bytes.Length >= 4 && length <= bound && length + 3 - ((length + 3) % 4) <= (uint)bytes.Length - 4;
        Assert.That(() => new XdrReader(bytes).ReadOpaque(bound).Length, fits ? Is.EqualTo((int)length) : Throws.TypeOf<XdrFormatException>());
    }

    [Test]
    public void A_count_that_the_record_cannot_hold_is_refused()
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(1_000_000);
        writer.WriteUInt64(0);
        Assert.That(() => new XdrReader(writer.WrittenSpan).ReadCount(int.MaxValue, 4), Throws.TypeOf<XdrFormatException>().With.Message.Contains("1000000"));
        Assert.That(() => new XdrReader(writer.WrittenSpan).ReadCount(10, 4), Throws.TypeOf<XdrFormatException>().With.Message.Contains("bound of 10"));
    }

    [Test]
    public void What_was_written_can_be_patched_and_cut()
    {
        using var writer = new XdrWriter(1);
        writer.WriteUInt32(1);
        writer.WriteUInt32(2);
        writer.PatchUInt32(0, 9);
        writer.Truncate(4);
        Assert.That(writer.WrittenSpan.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 9 }));
        Assert.That(() => writer.PatchUInt32(4, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
