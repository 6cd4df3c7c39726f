using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;

namespace EfsSharding;

/// <summary>How direct NFS connections are encrypted, and as whom they are authorised by EFS.</summary>
/// <remarks>
/// EFS speaks TLS from the first byte on its NFS port, as efs-utils does. The server proves that it is
/// <c>&lt;file system id&gt;.efs.&lt;region&gt;.&lt;suffix&gt;</c>, whichever address is dialled.
/// </remarks>
public sealed class DirectNfsTlsOptions
{
    private bool? _enabled;

    /// <summary>Whether connections use TLS 1.2 or 1.3. Needed for an access point, for IAM, and where the file system's policy denies unencrypted clients.</summary>
    /// <value>True. False is plain TCP: everybody on the network path can read and change the files; the log says so at each start.</value>
    public bool Enabled
    {
        get => _enabled ?? true;
        set => _enabled = value;
    }

    /// <summary>The region of the file systems, for example <c>eu-west-1</c>: part of the server's name and of the IAM signature.</summary>
    /// <value>Null: the region that the AWS SDK finds (<c>AWS_REGION</c>, the profile, the instance).</value>
    public string? Region { get; set; }

    /// <summary>The name behind the region, for example <c>amazonaws.com</c>.</summary>
    /// <value>Null: the suffix of the region's partition.</value>
    public string? DnsSuffix { get; set; }

    /// <summary>The name that the server must prove, in place of the one made of file system, region and suffix.</summary>
    /// <value>Null.</value>
    public string? ServerName { get; set; }

    /// <summary>The EFS access point, <c>fsap-…</c>, through which the files are reached: its root directory and user replace the client's.</summary>
    /// <value>Null: none.</value>
    public string? AccessPointId { get; set; }

    /// <summary>Whether connections are signed with AWS credentials, so that the file system's policy applies to their identity.</summary>
    /// <value>False: the client is anonymous to IAM.</value>
    public bool UseIam { get; set; }

    /// <summary>The credentials to sign with, asked for again at each renewal of the client certificate.</summary>
    /// <value>Null: those that the AWS SDK finds.</value>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>The authorities whose servers are trusted. The machine's own store is never used.</summary>
    /// <value>Empty: Amazon Root CA 1 to 4 (https://www.amazontrust.com/repository/).</value>
    public X509Certificate2Collection TrustedRoots { get; } = [];

    /// <summary>Whether TLS was turned on, and is not merely on by default: then no other way of reaching the files may do without.</summary>
    internal bool IsEnabledByName => _enabled == true;
}
