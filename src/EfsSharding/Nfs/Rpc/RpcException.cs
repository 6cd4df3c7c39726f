using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Rpc;

/// <summary>The server refused a call before looking at what it asks for.</summary>
internal sealed class RpcException(string message) : IOException(message), IVolumeFault
{
    bool IVolumeFault.MayTakeEffect => true;
}
