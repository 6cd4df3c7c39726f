namespace EfsSharding.Discovery;

/// <summary>A source of the user's own, whose maps are believed no more than a published document is.</summary>
internal sealed class CheckedShardMapSource(IShardMapSource source) : IShardMapSource
{
    public string Origin => source.Origin is { Length: > 0 } origin ? origin : source.GetType().Name;

    public async Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken)
    {
        var version = await source.ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new ShardMapFormatException(Origin, "$", "the source returned null.");
        return version with { Map = ShardMapCodec.Check(version.Map, Origin) };
    }
}
