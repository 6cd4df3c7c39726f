namespace EfsSharding;

/// <summary>
/// How mount targets are mounted by the kernel of this machine. Takes CAP_SYS_ADMIN, which Fargate and Lambda do not give.
/// </summary>
public sealed class KernelMountOptions
{
    /// <summary>The directory that holds the mount points. Made when it is missing.</summary>
    /// <value><c>/mnt</c>.</value>
    public string MountRoot { get; set; } = "/mnt";

    /// <summary>The mount points are this with a number: the lowest one that is free.</summary>
    /// <value><c>efs-</c>, so that the first target is at <c>/mnt/efs-0</c>.</value>
    public string NamePrefix { get; set; } = "efs-";

    /// <summary>The program that makes the mounts.</summary>
    /// <value><see cref="KernelMountType.Nfs4"/>.</value>
    public KernelMountType Type { get; set; }

    /// <summary>Encrypts the traffic. Needs <see cref="KernelMountType.Efs"/>.</summary>
    /// <value>False.</value>
    public bool Tls { get; set; }

    /// <summary>Presents this machine's IAM identity to the file system. Needs <see cref="Tls"/>.</summary>
    /// <value>False.</value>
    public bool Iam { get; set; }

    /// <summary>The access point to mount through, <c>fsap-…</c>. It belongs to one file system. Needs <see cref="Tls"/>.</summary>
    /// <value>Null: the root of the file system.</value>
    public string? AccessPointId { get; set; }

    /// <summary>Further mount options, separated by commas; they come after the library's own and so win over them.</summary>
    /// <value>
    /// Null. The library's own for nfs4 are the ones that AWS recommends,
    /// <c>nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport</c>
    /// (Amazon EFS User Guide, "Recommended NFS mount options"), with <c>retry=0</c>, as the library tries again by itself,
    /// and <c>lookupcache=positive</c>, so that a file that was just written through another target is found.
    /// </value>
    public string? ExtraOptions { get; set; }
}
