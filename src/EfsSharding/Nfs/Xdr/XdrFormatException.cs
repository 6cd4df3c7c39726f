using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Xdr;

/// <summary>Bytes from the other side are not what the protocol says they are.</summary>
internal sealed class XdrFormatException(string message) : IOException(message), IVolumeFault
{
    bool IVolumeFault.MayTakeEffect => true;
}
