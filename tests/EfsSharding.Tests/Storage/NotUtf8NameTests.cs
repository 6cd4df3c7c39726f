using System.Text;
using System.Text.Unicode;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

internal sealed class NotUtf8NameTests
{
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Any_bytes_come_back(byte[] name) =>
        NotUtf8Name.Encode(NotUtf8Name.Decode(name)).AsSpan().SequenceEqual(name) && NotUtf8Name.Is(NotUtf8Name.Decode(name)) == !Utf8.IsValid(name);

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Text_is_encoded_as_ever(string? text) => NotUtf8Name.Is(text ?? "") || NotUtf8Name.Encode(text ?? "").AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text ?? ""));

    [Test]
    public void People_see_the_bytes() =>
        Assert.That(NotUtf8Name.ToDisplay(NotUtf8Name.Decode([(byte)'c', 0xE9, 0xC3, 0xA9])), Is.EqualTo("c\\xE9é"));
}
