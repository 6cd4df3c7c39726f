using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EfsSharding.Nfs.Tls;

/// <summary>The certificate extensions below 1.3.6.1.4.1.4843.7 in which EFS looks for what NFS cannot say. None is critical.</summary>
internal static class EfsExtensions
{
    private const string Arc = "1.3.6.1.4.1.4843.7.";

    public static X509Extension AccessPoint(string accessPointId) => Text("1", accessPointId);

    public static X509Extension ClientAuthentication(CallerCredentials caller, string signature, DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, caller.AccessKeyId);
            writer.WriteOctetString(Encoding.ASCII.GetBytes(signature));
            writer.WriteUtcTime(time);
            if (caller.SessionToken is { } token)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, token);
                }
            }
        }

        return Extension("2", writer);
    }

    public static X509Extension FileSystem(string fileSystemId) => Text("3", fileSystemId);

    public static X509Extension ClientInformation(string source, string version)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, source);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, version);
        }

        return Extension("4", writer);
    }

    private static X509Extension Text(string number, string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
        return Extension(number, writer);
    }

    private static X509Extension Extension(string number, AsnWriter value) => new(Arc + number, value.Encode(), critical: false);
}
