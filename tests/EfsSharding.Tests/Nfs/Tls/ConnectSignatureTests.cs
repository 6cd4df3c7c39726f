using EfsSharding.Nfs.Tls;

namespace EfsSharding.Tests.Nfs.Tls;

/// <summary>The expected signatures come from a separate implementation of efs-utils' algorithm in Python (hashlib, hmac, quote_plus).</summary>
public sealed class ConnectSignatureTests
{
    private const string PublicKeyHash = "4fca5dcf2f0f3b0b9e1a8f0a0c9b8d7e6f5a4b3c";
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [TestCase(null, "59b58f12482f9609683649df24146f8db9c3e23a5e45e183531e0457e974c3d4")]
    [TestCase("to/ken+with=odd ~chars", "d9ef9be9592a312800d5ab9f412d673c67e57251987903dabb66bfa6b0ceaecf")]
    public void It_agrees_with_efs_utils(string? token, string expected)
    {
        var caller = new CallerCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token);

        Assert.That(ConnectSignature.Sign("fs-0123456789abcdef0", "eu-west-1", PublicKeyHash, caller, Time), Is.EqualTo(expected));
    }

    [Test]
    public void The_canonical_request_has_no_empty_line()
    {
        var canonical = ConnectSignature.CanonicalRequest("fs-1", "eu-west-1", PublicKeyHash, new CallerCredentials("AKID", "s", "a b"), Time);

        Assert.That(canonical, Is.EqualTo(
            "GET\n/\nAction=Connect&PublicKeyHash=" + PublicKeyHash + "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKID%2F20260304%2Feu-west-1%2Felasticfilesystem%2Faws4_request&X-Amz-Date=20260304T050607Z&X-Amz-Expires=86400"
            + "&X-Amz-Security-Token=a+b&X-Amz-SignedHeaders=host\nhost:fs-1\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }
}
