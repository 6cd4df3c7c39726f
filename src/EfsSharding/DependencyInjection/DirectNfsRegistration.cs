using EfsSharding.Access;

namespace EfsSharding.DependencyInjection;

/// <summary>How direct NFS is made for a store that chooses its access by itself.</summary>
internal sealed record DirectNfsRegistration(Func<IServiceProvider, DirectNfsWay> Create);
