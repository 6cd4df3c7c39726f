using EfsSharding.Access;
using FsCheck;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class ProcTextTests
{
    [TestCase("Name:\tx\nCapEff:\t000001ffffffffff\n", ExpectedResult = true)]
    [TestCase("CapEff:\t0000000000200000\n", ExpectedResult = true)]
    [TestCase("CapEff:\t00000000a80425fb\n", ExpectedResult = false, Description = "a container's default")]
    [TestCase("CapPrm:\t000001ffffffffff\nCapEff:\t0000000000000000\n", ExpectedResult = false)]
    [TestCase("", ExpectedResult = false, Description = "no /proc")]
    public bool The_effective_capabilities_tell_whether_mounting_is_allowed(string status) => ProcessCapabilities.MayMount(status);

    [TestCase("pos:\t0\nflags:\t0100000\nmnt_id:\t26\nino:\t2\n", ExpectedResult = 26)]
    [TestCase("pos:\t0\n", ExpectedResult = -1)]
    [TestCase("", ExpectedResult = -1)]
    public int The_mount_of_a_descriptor_is_read(string fdinfo) => DescriptorMount.ParseId(fdinfo);

    [TestCase(@"a\040b", ExpectedResult = "a b")]
    [TestCase(@"a\134040b", ExpectedResult = @"a\040b")]
    [TestCase(@"a\04", ExpectedResult = @"a\04")]
    [TestCase(@"\999\", ExpectedResult = @"\999\")]
    public string Escapes_are_resolved_once(string field) => ProcText.Unescape(field);

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Garbage_is_no_error(NonNull<string> text) =>
        ProcText.Unescape(text.Get + "\\").Length <= text.Get.Length + 1
        && DescriptorMount.ParseId("mnt_id:" + text.Get) >= -1
        && !ProcessCapabilities.MayMount("CapEff:x" + text.Get);
}
