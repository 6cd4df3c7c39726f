using System.Buffers.Binary;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Xdr;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Session;

/// <content>What comes back: replies, and what the server says of the slot.</content>
internal sealed partial class NfsSession
{
    internal void OnReply(CompoundCall call, RpcRecord reply, bool runsHere)
    {
        var kept = false;
        try
        {
            var xid = BinaryPrimitives.ReadUInt32BigEndian(reply.Span);
            lock (_gate)
            {
                if (xid != call.Xid || call.State is not (CallState.InFlight or CallState.Abandoned))
                {
                    return;
                }
            }

            if (call.SentAt < Volatile.Read(ref _oldestAnswered))
            {
                Volatile.Write(ref _oldestAnswered, call.SentAt);
            }

            var results = CompoundCall.Open(reply);
            if (results.IsEmpty)
            {
                throw new RpcException("The server refused the compound as a whole. It may not speak NFSv4.1.");
            }

            if (results.Next(NfsOpcode.Sequence))
            {
                var sequence = SequenceResult.Read(ref results.Body);
                Check(call, sequence);
                if (results.IsUncachedRetry)
                {
                    // It was carried out once, and no reply was kept for the second time it came (RFC 8881 §2.10.6.1.3.1).
                    OnSequenceError(call, NfsStatus.RetryUncachedRep);
                }
                else
                {
                    kept = OnSequenced(call, sequence, reply, runsHere);
                }
            }
            else
            {
                OnSequenceError(call, results.Status);
            }
        }
        catch (RpcException refused)
        {
            Finish(call, used: false, new TargetFaultException(refused.Message, mayTakeEffect: false, refused));
        }
        finally
        {
            if (!kept)
            {
                reply.Dispose();
            }
        }
    }

    private bool OnSequenced(CompoundCall call, in SequenceResult sequence, RpcRecord reply, bool runsHere)
    {
        Volatile.Write(ref _renewed, true);
        var lost = sequence.Flags & SequenceFlags.StateLost;
        var kept = Finish(call, used: true, reply, runsHere && lost == SequenceFlags.None);
        if (lost != SequenceFlags.None)
        {
            End($"the server says that state was lost ({lost})", stateLost: true);
        }

        return kept;
    }

    private void Check(CompoundCall call, in SequenceResult sequence)
    {
        if (sequence.Session != Id || sequence.Slot != call.Slot || sequence.Sequence != call.Sequence)
        {
            throw new XdrFormatException($"The reply to slot {call.Slot}, sequence {call.Sequence} is marked slot {sequence.Slot}, sequence {sequence.Sequence}.");
        }
    }

    private void OnSequenceError(CompoundCall call, NfsStatus status)
    {
        switch (status)
        {
            case NfsStatus.Delay:
                lock (_gate)
                {
                    var delay = TimeSpan.FromTicks(Math.Min(ShortestDelay.Ticks << Math.Min(call.Transmissions, 8), LongestDelay.Ticks));
                    call.ResendAt = _owner.Time.GetTimestamp() + (long)(delay.TotalSeconds * _owner.Time.TimestampFrequency);
                }

                break;
            case NfsStatus.RetryUncachedRep:
            case NfsStatus.SeqFalseRetry when call.State == CallState.Abandoned:
                Finish(call, used: true, new SessionLostException("the server carried a compound out and no longer has its reply", mayHaveExecuted: true));
                break;
            case NfsStatus.ReqTooBig or NfsStatus.RepTooBig or NfsStatus.RepTooBigToCache or NfsStatus.TooManyOps:
                var refusal = new NfsException(status, NfsOpcode.Sequence);
                Finish(call, used: false, new IOException(refusal.Message, refusal));
                break;
            default:
                End($"the server answered {status} to SEQUENCE", stateLost: false, notExecuted: call);
                break;
        }
    }

    private bool Finish(CompoundCall call, bool used, RpcRecord reply, bool runsHere)
    {
        if (!TakeOut(call, used, out var waited))
        {
            return false;
        }

        // The caller has its own reference. This one is released first: the caller may run inline and need the slot.
        call.Release();
        if (waited)
        {
            call.Complete(reply, runsHere);
        }

        return waited;
    }

    private void Finish(CompoundCall call, bool used, Exception failure)
    {
        if (TakeOut(call, used, out var waited))
        {
            if (waited)
            {
                call.Fail(failure);
            }

            call.Release();
        }
    }

    private bool TakeOut(CompoundCall call, bool used, out bool waited)
    {
        TaskCompletionSource? settlement;
        lock (_gate)
        {
            waited = call.State == CallState.InFlight;
            if (!_busy.Remove(call))
            {
                return false;
            }

            call.State = CallState.Replied;
            call.Sequence += used ? 1u : 0u;
            settlement = call.Settlement;
        }

        _owner.OnSlotsTaken(-1);
        settlement?.TrySetResult();
        return true;
    }
}
