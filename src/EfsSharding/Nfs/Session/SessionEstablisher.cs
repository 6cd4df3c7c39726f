using System.Security.Cryptography;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs.Session;

/// <summary>
/// Makes sessions for one client owner: EXCHANGE_ID, CREATE_SESSION, RECLAIM_COMPLETE, and a look at the server's limits. The
/// server keeps a client's state from one session to the next as long as it knows the owner and its verifier.
/// </summary>
internal sealed class SessionEstablisher(NfsClientSettings settings, INfsSessionOwner owner)
{
    /// <summary>What surrounds the data of a READ or a WRITE in a compound, with its headers, handles and names.</summary>
    public const int CompoundOverhead = 4096;

    private const uint WantedOperations = 16;

    /// <summary>SEQUENCE, PUTFH and the seven operations of a whole file's write.</summary>
    private const uint LeastOperations = 9;
    private const uint WantedCachedBytes = 8192;
    private const uint MaxSlots = 1024;
    private readonly byte[] _ownerId = System.Text.Encoding.ASCII.GetBytes($"EfsSharding/{Guid.NewGuid():N}");
    private ulong _verifier = NewVerifier();
    private ulong _clientId;
    private uint _createSequence;

    public ExchangeIdResult? Server { get; private set; }

    /// <summary>The state that the server has for this client is not wanted any more: the next session is that of a new incarnation.</summary>
    public void Forget() => _verifier = NewVerifier();

    public async Task<NfsSession> EstablishAsync(NfsSession? former, CancellationToken cancellationToken)
    {
        var connection = await owner.ConnectAsync().ConfigureAwait(false);
        NfsSession? session = null;
        try
        {
            connection.Start();
            if (former is not null)
            {
                await DestroyAsync(connection, former.Id, cancellationToken).ConfigureAwait(false);
            }

            var server = await ExchangeIdAsync(connection, cancellationToken).ConfigureAwait(false);
            var (id, fore) = await CreateSessionAsync(connection, server, cancellationToken).ConfigureAwait(false);
            Server = server;
            session = new NfsSession(owner, id, server.ClientId, fore, connection);
            owner.OnBeginning(session);
            await BeginAsync(session, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch (Exception failure)
        {
            session?.End($"it could not be begun: {failure.Message}");
            connection.Abort();
            throw;
        }
    }

    /// <summary>Ends a session. What the server says to it does not matter.</summary>
    public async Task DestroyAsync(RpcConnection connection, SessionId session, CancellationToken cancellationToken)
    {
        var call = NewCall();
        call.Add(new DestroySessionOperation(session));
        (await call.SendAsync(connection, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    /// <summary>Ends the client ID, which has no session any more.</summary>
    public async Task DestroyClientAsync(RpcConnection connection, CancellationToken cancellationToken)
    {
        var call = NewCall();
        call.Add(new DestroyClientIdOperation(_clientId));
        (await call.SendAsync(connection, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    private static ulong NewVerifier() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private SessionlessCall NewCall() => new(owner.NextXid(), owner.CallHeader);

    private async Task<ExchangeIdResult> ExchangeIdAsync(RpcConnection connection, CancellationToken cancellationToken)
    {
        var call = NewCall();
        call.Add(new ExchangeIdOperation(_verifier, _ownerId));
        using var reply = await call.SendAsync(connection, cancellationToken).ConfigureAwait(false);
        var results = CompoundCall.Open(reply);
        Expect(ref results, NfsOpcode.ExchangeId);
        var result = ExchangeIdResult.Read(ref results.Body);
        if (!result.Confirmed || result.ClientId != _clientId)
        {
            _clientId = result.ClientId;
            _createSequence = result.Sequence;
        }

        return result;
    }

    private async Task<(SessionId Id, ChannelAttributes Fore)> CreateSessionAsync(
        RpcConnection connection, ExchangeIdResult server, CancellationToken cancellationToken)
    {
        var wanted = new ChannelAttributes(
            (uint)(settings.MaxWriteBytes + CompoundOverhead), (uint)(settings.MaxReadBytes + CompoundOverhead),
            WantedCachedBytes, WantedOperations, (uint)settings.Slots);
        var call = NewCall();
        call.Add(new CreateSessionOperation(server.ClientId, _createSequence, wanted));
        using var reply = await call.SendAsync(connection, cancellationToken).ConfigureAwait(false);
        var results = CompoundCall.Open(reply);
        if (!results.Next(NfsOpcode.CreateSession))
        {
            // Whatever the server thinks of this incarnation, it has no objection to a new one.
            Forget();
            throw new NfsException(results.Status, NfsOpcode.CreateSession);
        }

        _createSequence++;
        var (id, fore) = CreateSessionOperation.ReadResult(ref results.Body);
        return fore is { MaxOperations: >= LeastOperations, MaxRequests: >= 1, MaxRequestBytes: >= CompoundOverhead, MaxResponseBytes: >= CompoundOverhead }
            ? (id, Restrict(fore, wanted))
            : throw new IOException($"The server grants too little for a session: {fore}.");
    }

    private static ChannelAttributes Restrict(ChannelAttributes granted, ChannelAttributes wanted) => new(
        Math.Min(granted.MaxRequestBytes, wanted.MaxRequestBytes),
        Math.Min(granted.MaxResponseBytes, wanted.MaxResponseBytes),
        granted.MaxCachedResponseBytes,
        Math.Min(granted.MaxOperations, wanted.MaxOperations),
        Math.Min(Math.Min(granted.MaxRequests, wanted.MaxRequests), MaxSlots));

    private async Task BeginAsync(NfsSession session, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(owner.Time, settings.ConnectTimeout);
        using (var call = await session.AcquireAsync(deadline, cancellationToken).ConfigureAwait(false))
        {
            call.Begin(changes: true);
            call.Add(default(ReclaimCompleteOperation));
            await call.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
            var results = call.Results();
            if (!results.Next(NfsOpcode.ReclaimComplete) && results.Status != NfsStatus.CompleteAlready)
            {
                throw new NfsException(results.Status, NfsOpcode.ReclaimComplete);
            }
        }

        using (var call = await session.AcquireAsync(deadline, cancellationToken).ConfigureAwait(false))
        {
            call.Begin(changes: false);
            call.Add(default(PutRootFhOperation)).Add(new GetAttrOperation(AttributeMask.LeaseTime | AttributeMask.MaxRead | AttributeMask.MaxWrite));
            await call.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
            var results = call.Results();
            Expect(ref results, NfsOpcode.PutRootFh);
            Expect(ref results, NfsOpcode.GetAttr);
            session.Transfer = ToLimits(NfsAttributes.Read(ref results.Body), session.Limits);
        }
    }

    private TransferLimits ToLimits(in NfsAttributes root, ChannelAttributes fore)
    {
        const uint AssumedLease = 60;
        const ulong AssumedTransfer = 64 * 1024;
        var read = Math.Min(root.MaxRead == 0 ? AssumedTransfer : root.MaxRead, fore.MaxResponseBytes - (CompoundOverhead / 2));
        var write = Math.Min(root.MaxWrite == 0 ? AssumedTransfer : root.MaxWrite, fore.MaxRequestBytes - (CompoundOverhead / 2));
        return new TransferLimits(
            (int)Math.Min(read, (ulong)settings.MaxReadBytes),
            (int)Math.Min(write, (ulong)settings.MaxWriteBytes),
            TimeSpan.FromSeconds(Math.Clamp(root.LeaseSeconds == 0 ? AssumedLease : root.LeaseSeconds, 1, 3600)));
    }

    private static void Expect(ref CompoundResults results, NfsOpcode operation)
    {
        if (!results.Next(operation))
        {
            throw new NfsException(results.Status, operation);
        }
    }
}
