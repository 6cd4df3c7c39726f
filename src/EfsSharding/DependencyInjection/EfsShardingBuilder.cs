using Microsoft.Extensions.DependencyInjection;

namespace EfsSharding;

/// <summary>Goes on with the registration of one store: how it reaches its targets and where its map comes from.</summary>
public sealed class EfsShardingBuilder
{
    internal EfsShardingBuilder(IServiceCollection services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The services that the store is registered in.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The store's name, which is also the name of its options; the empty string for the unnamed one.</summary>
    public string Name { get; }
}
