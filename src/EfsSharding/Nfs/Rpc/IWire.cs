namespace EfsSharding.Nfs.Rpc;

/// <summary>A byte stream that knows how much of what it took has left this machine.</summary>
internal interface IWire
{
    /// <summary>Bytes that it has taken.</summary>
    long Written { get; }

    /// <summary>Bytes of these that the other side has received, as far as is known.</summary>
    long Delivered { get; }
}
