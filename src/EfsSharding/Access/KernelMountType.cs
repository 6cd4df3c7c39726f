namespace EfsSharding;

/// <summary>The program that makes a kernel mount.</summary>
public enum KernelMountType
{
    /// <summary><c>mount -t nfs4</c>, of the package nfs-common or nfs-utils. In clear text, without IAM.</summary>
    Nfs4,

    /// <summary><c>mount -t efs</c>, of the package amazon-efs-utils. With TLS, IAM and access points when asked for.</summary>
    Efs,
}
