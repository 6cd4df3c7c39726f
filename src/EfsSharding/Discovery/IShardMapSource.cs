namespace EfsSharding;

/// <summary>Where the shard map is read from.</summary>
public interface IShardMapSource
{
    /// <summary>Names the source in errors and logs, for example the SSM parameter's name.</summary>
    string Origin { get; }

    /// <summary>Reads the document that is published now.</summary>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    Task<ShardMapVersion> ReadAsync(CancellationToken cancellationToken);
}
