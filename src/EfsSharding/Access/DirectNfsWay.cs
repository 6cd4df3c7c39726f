using EfsSharding.Volumes;

namespace EfsSharding.Access;

/// <summary>Direct NFS as an automatic choice sees it.</summary>
/// <param name="Mounter">Reaches targets.</param>
/// <param name="Offered">What it does.</param>
/// <param name="AskedFor">What of that its options ask for by name, and do not merely have as a default.</param>
internal sealed record DirectNfsWay(IVolumeMounter Mounter, AccessTerms Offered, AccessTerms AskedFor);
