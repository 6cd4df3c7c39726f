namespace EfsSharding.DependencyInjection.Configuration;

/// <summary>What <c>Access</c> in a store's section may be.</summary>
internal enum StoreAccess
{
    /// <summary>A mounted volume, else a kernel mount where this process may make one, else direct NFS.</summary>
    Auto,

    /// <summary>Kernel mounts.</summary>
    Kernel,

    /// <summary>Volumes that the platform or an operator mounted.</summary>
    Premounted,

    /// <summary>NFSv4.1 from within the process.</summary>
    Direct,

    /// <summary>Ordinary directories.</summary>
    Local,
}
