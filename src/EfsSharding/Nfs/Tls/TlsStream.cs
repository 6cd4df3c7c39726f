using System.Net.Security;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs.Tls;

/// <summary>TLS over a connection, which knows how much has gone over it.</summary>
internal sealed class TlsStream(Stream inner) : SslStream(inner), IWire
{
    public long Written => (InnerStream as IWire)?.Written ?? 0;

    public long Delivered => (InnerStream as IWire)?.Delivered ?? 0;
}
