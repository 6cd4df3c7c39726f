using System.Security.Cryptography;
using EfsSharding.Nfs.Tls;

namespace EfsSharding.Tests.Nfs.Tls;

public sealed class AmazonRootsTests
{
    /// <summary>The fingerprints that https://www.amazontrust.com/repository/ prints.</summary>
    [Test]
    public void The_embedded_roots_are_Amazons() => Assert.That(
        AmazonRoots.Load().Select(root => root.GetCertHashString(HashAlgorithmName.SHA256)),
        Is.EqualTo(new[]
        {
            "8ECDE6884F3D87B1125BA31AC3FCB13D7016DE7F57CC904FE1CB97C6AE98196E",
            "1BA5B2AA8C65401A82960118F80BEC4F62304D83CEC4713A19C39C011EA46DB4",
            "18CE6CFE7BF14E60B2E347B8DFE868CB31D02EBB3ADA271569F50343B46DB3A4",
            "E35D28419ED02025CFA69038CD623962458DA5C695FBDEA3C22B0BFB25897092",
        }));
}
