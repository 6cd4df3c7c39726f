using EfsSharding.Access;
using EfsSharding.DependencyInjection;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding;

/// <summary>Says how a store reaches its targets and where its map comes from.</summary>
public static class EfsShardingBuilderExtensions
{
    /// <summary>Keeps the files in ordinary directories, one for each file system, for development and tests. Works on every platform.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="root">The directory that holds them; made when it is missing.</param>
    public static EfsShardingBuilder UseLocalDirectories(this EfsShardingBuilder builder, string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return builder.UseMounter((_, volumes) => new LocalDirectoryMounter(new LocalDirectoryOptions { Root = root }, volumes));
    }

    /// <summary>Reads the shard map from elsewhere than SSM Parameter Store.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="create">Makes the source; called once.</param>
    public static EfsShardingBuilder UseShardMapSource(this EfsShardingBuilder builder, Func<IServiceProvider, IShardMapSource> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddKeyedSingleton(builder.Name, (p, _) => create(p));
        return builder;
    }

    /// <summary>The last call wins.</summary>
    internal static EfsShardingBuilder UseMounter(
        this EfsShardingBuilder builder, Func<IServiceProvider, IDirectoryVolumeFactory, IVolumeMounter> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton(builder.Name, new MounterRegistration(create));
        return builder;
    }
}
