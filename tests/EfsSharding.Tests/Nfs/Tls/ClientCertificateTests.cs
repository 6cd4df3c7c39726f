using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EfsSharding.Nfs.Tls;
using EfsSharding.TestSupport;

namespace EfsSharding.Tests.Nfs.Tls;

public sealed class ClientCertificateTests
{
    private const string FileSystemId = "fs-0123456789abcdef0";
    private const string Arc = "1.3.6.1.4.1.4843.7.";
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly CallerCredentials Caller = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "to/ken");
    private readonly RSA _key = RSA.Create(ClientCertificate.KeyBits);

    [OneTimeTearDown]
    public void DisposeKey() => _key.Dispose();

    [Test]
    public void It_is_self_signed_and_valid_from_fifteen_minutes_ago_to_three_hours_ahead()
    {
        using var certificate = ClientCertificate.Create(_key, FileSystemId, accessPointId: null, caller: null, Time);

        Assert.Multiple(() =>
        {
            Assert.That(certificate.Subject, Is.EqualTo(certificate.Issuer));
            Assert.That(certificate.NotBefore.ToUniversalTime(), Is.EqualTo(Time.UtcDateTime.AddMinutes(-15)));
            Assert.That(certificate.NotAfter.ToUniversalTime(), Is.EqualTo(Time.UtcDateTime.AddHours(3)));
            Assert.That(certificate.GetRSAPublicKey()!.KeySize, Is.EqualTo(3072));
            Assert.That(certificate.HasPrivateKey, Is.True);
            Assert.That(certificate.Extensions.Select(e => e.Oid!.Value), Is.EqualTo(new[] { "2.5.29.14", Arc + "3", Arc + "4" }));
            Assert.That(certificate.Extensions.Any(e => e.Critical), Is.False);
        });
    }

    [Test]
    public void The_extensions_say_who_connects_to_what()
    {
        using var certificate = ClientCertificate.Create(_key, FileSystemId, "fsap-0a1b2c3d", (Caller, "eu-west-1"), Time);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(certificate.PublicKey.EncodedKeyValue.RawData);
        var identifier = sha1.GetHashAndReset();
        var extensions = certificate.Extensions.ToDictionary(e => e.Oid!.Value!, e => e.RawData);
        var authentication = new AsnReader(extensions[Arc + "2"], AsnEncodingRules.DER).ReadSequence();
        var signature = ConnectSignature.Sign(FileSystemId, "eu-west-1", Convert.ToHexStringLower(identifier), Caller, Time);

        Assert.Multiple(() =>
        {
            Assert.That(((X509SubjectKeyIdentifierExtension)certificate.Extensions["2.5.29.14"]!).SubjectKeyIdentifierBytes.ToArray(), Is.EqualTo(identifier));
            Assert.That(Text(extensions[Arc + "1"]), Is.EqualTo("fsap-0a1b2c3d"));
            Assert.That(Text(extensions[Arc + "3"]), Is.EqualTo(FileSystemId));
            Assert.That(authentication.ReadCharacterString(UniversalTagNumber.UTF8String), Is.EqualTo("AKIDEXAMPLE"));
            Assert.That(Encoding.ASCII.GetString(authentication.ReadOctetString()), Is.EqualTo(signature));
            Assert.That(authentication.ReadUtcTime(), Is.EqualTo(Time));
            var token = authentication.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            Assert.That(token.ReadCharacterString(UniversalTagNumber.UTF8String), Is.EqualTo("to/ken"));
            Assert.That(authentication.HasData || token.HasData, Is.False);
        });
    }

    [Test]
    public void Openssl_reads_the_same()
    {
        if (!File.Exists("/usr/bin/openssl"))
        {
            Needs.Absent("openssl", "apt-get install openssl");
        }

        using var certificate = ClientCertificate.Create(_key, FileSystemId, "fsap-0a1b2c3d", (Caller, "eu-west-1"), Time);

        var text = Openssl("x509 -noout -text -certopt ext_parse", certificate.ExportCertificatePem());
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("Public-Key: (3072 bit)"));
            Assert.That(text, Does.Match(@"1\.3\.6\.1\.4\.1\.4843\.7\.1:\s+\S*\s*0:d=0 .*UTF8STRING\s+:fsap-0a1b2c3d"));
            Assert.That(text, Does.Match(@"1\.3\.6\.1\.4\.1\.4843\.7\.2:\s[^X]*SEQUENCE[^X]*UTF8STRING\s+:AKID"));
            Assert.That(text, Does.Match(@"OCTET STRING\s+:[0-9a-f]{64}"));
            Assert.That(text, Does.Match(@"UTCTIME\s+:260304050607Z"));
            Assert.That(text, Does.Match(@"cont \[ 0 \]\s+[^u]*UTF8STRING\s+:to/ken"));
            Assert.That(text, Does.Match(@"UTF8STRING\s+:" + FileSystemId));
        });
    }

    private static string Text(byte[] encoded) => new AsnReader(encoded, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.UTF8String);

    private static string Openssl(string arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
