using System.Net;
using EfsSharding.Access;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class SharedConnectionsTests
{
    private static readonly (string, IPEndPoint) First = ("/mnt/efs-0", IPEndPoint.Parse("10.0.1.100:2049"));
    private static readonly (string, IPEndPoint) Second = ("/mnt/efs-1", IPEndPoint.Parse("10.0.2.100:2049"));

    [TestCase("tcp 771 0 2 0 0 18", "tcp 771 0 2 0 0 18", true, ExpectedResult = true, Description = "one source port is one connection")]
    [TestCase("tcp 771 0 2 0 0 18", "tcp 772 0 2 0 0 18", false, ExpectedResult = false)]
    [TestCase("tcp 0 0 2 0 0 18", "tcp 0 0 2 0 0 18", true, ExpectedResult = false, Description = "equal by chance: each address has its connection")]
    [TestCase("tcp 0 0 2 0 0 18", "tcp 0 0 2 0 0 18", false, ExpectedResult = true)]
    [TestCase("tcp 0 0 2 0 0 18", "tcp 0 0 2 0 0 19", false, ExpectedResult = false)]
    public bool Two_mounts_share_when_no_difference_can_be_seen(string first, string second, bool bothConnected)
    {
        MountedTransport[] transports =
        [
            new() { MountPoint = "/mnt/efs-0", Connections = [first] },
            new() { MountPoint = "/mnt/efs-1", Connections = [second] },
        ];
        var established = new HashSet<IPEndPoint> { First.Item2 };
        if (bothConnected)
        {
            established.Add(Second.Item2);
        }

        return SharedConnections.Find(Second, [First], transports, established) == "/mnt/efs-0";
    }

    [Test]
    public void Two_mounts_of_one_address_are_expected_to_share()
    {
        MountedTransport[] transports =
        [
            new() { MountPoint = "/mnt/efs-0", Connections = ["tcp 771 0"] },
            new() { MountPoint = "/mnt/efs-1", Connections = ["tcp 771 0"] },
        ];

        Assert.That(SharedConnections.Find(("/mnt/efs-1", First.Item2), [First], transports, new HashSet<IPEndPoint>()), Is.Null);
    }

    [Test]
    public void Reads_established_connections_of_both_families()
    {
        const string text = """
              sl  local_address rem_address   st tx_queue rx_queue
               0: 0100007F:8C66 0200007F:0801 01 00000000:00000000
               1: 0100007F:C0FC 0300007F:0801 06 00000000:00000000
               2: 00000000000000000000000001000000:8C66 B80D0120000000000000000001000000:0801 01 0
               3: 0000000000000000FFFF00000100007F:8C66 0000000000000000FFFF00000400007F:0801 01 0
            """;

        Assert.That(TcpConnections.Parse(text), Is.EquivalentTo([
            IPEndPoint.Parse("127.0.0.2:2049"), IPEndPoint.Parse("[2001:db8::1]:2049"), IPEndPoint.Parse("127.0.0.4:2049")]));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Garbage_is_no_error(FsCheck.NonNull<string> address, FsCheck.NonNull<string> port) =>
        TcpConnections.Parse($"0: 0100007F:8C66 {address.Get}:{port.Get} 01\n").Count <= 1;
}
