using System.Diagnostics.CodeAnalysis;
using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>
/// The results of a compound, taken one by one in the order in which the operations were added. A compound ends at its first
/// error, so what comes after it has no result.
/// </summary>
internal ref struct CompoundResults
{
    private const int MaxTagBytes = 1024;
    private readonly NfsStatus _compound;
    private readonly bool _isBare;
    private XdrReader _reader;
    private int _left;

    public CompoundResults(XdrReader reader)
    {
        _reader = reader;
        _compound = (NfsStatus)_reader.ReadUInt32();
        _reader.SkipOpaque(MaxTagBytes);
        _left = _reader.ReadCount(1024, 8);
        _isBare = _left == 0;
    }

    /// <summary>The compound's status, which is that of its last result, says that this is the reply to a repetition and that the first reply was not kept.</summary>
    public readonly bool IsUncachedRetry => _compound == NfsStatus.RetryUncachedRep;

    public readonly bool IsEmpty => _left == 0;

    /// <summary>The error that ended the compound, as far as it has been read.</summary>
    public NfsStatus Status { get; private set; }

    /// <summary>The operation that met the error.</summary>
    public NfsOpcode FailedOperation { get; private set; }

    /// <summary>The results of the operation that <see cref="Next"/> went to.</summary>
    [UnscopedRef]
    public ref XdrReader Body => ref _reader;

    /// <summary>Goes to the next result. False when an error ended the compound there or before.</summary>
    /// <exception cref="XdrFormatException">The server answered another operation than was asked.</exception>
    public bool Next(NfsOpcode operation)
    {
        if (Status != NfsStatus.Ok)
        {
            return false;
        }

        if (_isBare && _compound != NfsStatus.Ok)
        {
            // A compound that was refused as a whole, as one of another minor version is, has a status and no result.
            Status = _compound;
            FailedOperation = operation;
            return false;
        }

        if (_left-- <= 0)
        {
            throw new XdrFormatException($"The reply ends before the result of {operation}, without an error.");
        }

        var answered = (NfsOpcode)_reader.ReadUInt32();
        var status = (NfsStatus)_reader.ReadUInt32();
        if (answered != operation && !(answered == (NfsOpcode)10044 && status != NfsStatus.Ok))
        {
            throw new XdrFormatException($"The reply has a result of operation {(uint)answered} where {operation} was asked.");
        }

        if (status == NfsStatus.Ok)
        {
            return true;
        }

        Status = status;
        FailedOperation = operation;
        return false;
    }
}
