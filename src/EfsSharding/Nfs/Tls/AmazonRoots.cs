using System.Security.Cryptography.X509Certificates;

namespace EfsSharding.Nfs.Tls;

/// <summary>Amazon Root CA 1 to 4, under one of which every mount target's certificate is (https://www.amazontrust.com/repository/).</summary>
internal static class AmazonRoots
{
    public static X509Certificate2Collection Load()
    {
        var roots = new X509Certificate2Collection();
        for (var number = 1; number <= 4; number++)
        {
            using var resource = typeof(AmazonRoots).Assembly.GetManifestResourceStream($"EfsSharding.Nfs.Tls.AmazonRootCA{number}.pem")
                ?? throw new InvalidOperationException($"The assembly lacks Amazon Root CA {number}.");
            using var reader = new StreamReader(resource);
            roots.Add(X509Certificate2.CreateFromPem(reader.ReadToEnd()));
        }

        return roots;
    }
}
