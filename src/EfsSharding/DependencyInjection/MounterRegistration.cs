using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;

namespace EfsSharding.DependencyInjection;

/// <summary>How a store's mounter is made, once its options are known.</summary>
internal sealed record MounterRegistration(Func<IServiceProvider, IDirectoryVolumeFactory, IVolumeMounter> Create);
