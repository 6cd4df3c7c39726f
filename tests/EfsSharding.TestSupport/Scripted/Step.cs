using System.Net;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>One operation that the server is about to carry out.</summary>
/// <param name="Number">Counted from 0 over the server's life, operations of all connections.</param>
/// <param name="Compound">The number of the compound, counted from 0.</param>
/// <param name="Index">The position within the compound.</param>
/// <param name="Requests">The whole compound.</param>
/// <param name="Address">The address that the client dialled.</param>
internal sealed record Step(long Number, long Compound, int Index, IReadOnlyList<Request> Requests, IPAddress Address)
{
    public Request Request => Requests[Index];

    public Nfs4Op Op => Request.Op;
}
