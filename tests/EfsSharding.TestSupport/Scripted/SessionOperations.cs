using System.Security.Cryptography;
using EfsSharding.Nfs.Operations;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>RFC 8881 §18.35–18.37, §18.46, §18.50, §18.51.</summary>
internal static class SessionOperations
{
    private const uint Confirmed = 0x8000_0000;
    private const uint UseNonPnfs = 0x0001_0000;
    private const uint ExpiredAllStateRevoked = 0x8;

    public static Nfs4Stat ExchangeId(CompoundRun run, ExchangeIdRequest request, PeerWriter result)
    {
        var state = run.State;
        var client = state.Clients.Values.FirstOrDefault(client => client.Confirmed && client.Owner == request.Owner && client.Verifier == request.Verifier);
        if (client is null)
        {
            foreach (var unconfirmed in state.Clients.Values.Where(other => !other.Confirmed && other.Owner == request.Owner).ToArray())
            {
                state.Forget(unconfirmed);
            }

            client = new PeerClient(state.NextId(), request.Verifier, request.Owner);
            state.Clients.Add(client.Id, client);
        }

        result.UInt64(client.Id).UInt32(client.NextSequence).UInt32(UseNonPnfs | (client.Confirmed ? Confirmed : 0)).UInt32(0);
        result.UInt64(0).Text(state.Settings.ServerOwner).Text(state.Settings.Scope);
        result.UInt32(1).Text("example.org").Text("scripted peer").UInt64(0).UInt32(0);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat CreateSession(CompoundRun run, CreateSessionRequest request, PeerWriter result)
    {
        var state = run.State;
        if (!state.Clients.TryGetValue(request.ClientId, out var client))
        {
            return Nfs4Stat.StaleClientId;
        }

        if (request.Sequence + 1 == client.NextSequence && client.CreateSessionReply is { } earlier)
        {
            run.Replay = earlier;
            return Nfs4Stat.Ok;
        }

        if (request.Sequence != client.NextSequence)
        {
            return Nfs4Stat.SeqMisordered;
        }

        foreach (var reborn in state.Clients.Values.Where(other => other != client && other.Owner == client.Owner).ToArray())
        {
            state.Forget(reborn);
        }

        client.Confirmed = true;
        client.NextSequence++;
        var fore = request.Fore.AtMost(state.Settings.Limits);
        var session = new PeerSession(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), client, fore);
        state.Sessions.Add(session.Id, session);
        result.Fixed(Convert.FromHexString(session.Id)).UInt32(request.Sequence).UInt32(0);
        fore.Write(result);
        request.Back.Write(result);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Sequence(CompoundRun run, SequenceRequest request, PeerWriter result)
    {
        if (!run.State.Sessions.TryGetValue(request.SessionId, out var session))
        {
            return Nfs4Stat.BadSession;
        }

        if (session.Dead)
        {
            return Nfs4Stat.DeadSession;
        }

        if (request.Slot >= session.Slots.Length)
        {
            return Nfs4Stat.BadSlot;
        }

        if (request.HighestSlot >= session.Slots.Length)
        {
            return Nfs4Stat.BadHighSlot;
        }

        var slot = session.Slots[request.Slot];
        run.Session = session;
        if (request.Sequence == slot.Sequence && slot.Request is not null)
        {
            return Retry(run, slot, request, result);
        }

        if (request.Sequence != slot.Sequence + 1)
        {
            return Nfs4Stat.SeqMisordered;
        }

        if (slot.InProgress)
        {
            return Nfs4Stat.Delay;
        }

        if (run.Requests.Count > session.Fore.MaxOperations)
        {
            return Nfs4Stat.TooManyOps;
        }

        if (run.Bytes.Length > session.Fore.MaxRequest)
        {
            return Nfs4Stat.ReqTooBig;
        }

        (slot.Sequence, slot.InProgress, slot.Request, slot.Reply) = (request.Sequence, true, run.Bytes, null);
        (run.Slot, run.CacheThis) = (slot, request.CacheThis);
        WriteSequence(session, request, result);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat DestroySession(CompoundRun run, DestroySessionRequest request) =>
        run.State.Sessions.Remove(request.SessionId) ? Nfs4Stat.Ok : Nfs4Stat.BadSession;

    public static Nfs4Stat DestroyClientId(CompoundRun run, DestroyClientIdRequest request)
    {
        if (!run.State.Clients.TryGetValue(request.ClientId, out var client))
        {
            return Nfs4Stat.StaleClientId;
        }

        if (run.State.Sessions.Values.Any(session => session.Client == client))
        {
            return Nfs4Stat.ClientIdBusy;
        }

        run.State.Forget(client);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat ReclaimComplete(CompoundRun run, ReclaimCompleteRequest request)
    {
        var client = run.Session!.Client;
        if (request.OneFileSystem)
        {
            return Nfs4Stat.Ok;
        }

        if (client.ReclaimComplete)
        {
            return Nfs4Stat.CompleteAlready;
        }

        client.ReclaimComplete = true;
        return Nfs4Stat.Ok;
    }

    private static Nfs4Stat Retry(CompoundRun run, PeerSlot slot, SequenceRequest request, PeerWriter result)
    {
        if (!slot.Request.AsSpan().SequenceEqual(run.Bytes))
        {
            return Nfs4Stat.SeqFalseRetry;
        }

        if (slot.InProgress)
        {
            return Nfs4Stat.Delay;
        }

        if (slot.Cached)
        {
            run.Replay = slot.Reply;
            return Nfs4Stat.Ok;
        }

        run.IsUncachedRetry = true;
        WriteSequence(run.Session!, request, result);
        return Nfs4Stat.Ok;
    }

    private static void WriteSequence(PeerSession session, SequenceRequest request, PeerWriter result)
    {
        var highest = (uint)session.Slots.Length - 1;
        result.Fixed(Convert.FromHexString(session.Id)).UInt32(request.Sequence).UInt32(request.Slot).UInt32(highest).UInt32(highest);
        result.UInt32(session.Client.Revoked ? ExpiredAllStateRevoked : 0);
    }
}
