namespace EfsSharding.TestSupport.Scripted;

/// <summary>What the server knows in memory and a restart takes from it: clients, sessions, open files and the write verifier.</summary>
internal sealed class PeerState(PeerSettings settings, FileTree tree, uint epoch)
{
    private uint _lastNumber;

    public PeerSettings Settings { get; } = settings;

    public FileTree Tree { get; } = tree;

    /// <summary>Which life of the server this is; part of every id, so that none of an earlier life is valid.</summary>
    public uint Epoch { get; } = epoch;

    public int GraceAnswersLeft { get; set; } = epoch > 1 ? settings.GraceAnswersAfterRestart : 0;

    public ulong WriteVerifier { get; set; } = 0xA0A0_0000_0000_0000 | epoch;

    public ulong CookieVerifier { get; set; } = 0xC0C0;

    public Dictionary<ulong, PeerClient> Clients { get; } = [];

    public Dictionary<string, PeerSession> Sessions { get; } = [];

    /// <summary>By the twelve bytes of the stateid.</summary>
    public Dictionary<string, OpenFile> Opens { get; } = [];

    /// <summary>By the twelve bytes of the stateid: what one lock-owner holds of one file.</summary>
    public Dictionary<string, HeldLocks> Locks { get; } = [];

    public ulong NextId() => ((ulong)Epoch << 32) | ++_lastNumber;

    public bool IsOpen(Inode inode) => Settings.KeepsUnlinked && Opens.Values.Any(open => open.Inode == inode);

    public void Close(OpenFile open)
    {
        Opens.Remove(open.Other);
        foreach (var locks in Locks.Values.Where(locks => locks.Open == open).ToArray())
        {
            Locks.Remove(locks.Other);
            open.Client.RevokedStateids.UnionWith(open.Client.Revoked ? [locks.Other] : []);
        }

        if (open.Inode.Links == 0 && !IsOpen(open.Inode))
        {
            Tree.Drop(open.Inode);
        }
    }

    /// <summary>The lease ran out: the opens go, the client and its sessions stay and are told.</summary>
    public void Revoke(PeerClient client)
    {
        client.Revoked = true;
        foreach (var open in Opens.Values.Where(open => open.Client == client).ToArray())
        {
            client.RevokedStateids.Add(open.Other);
            Close(open);
        }
    }

    public void Forget(PeerClient client)
    {
        Clients.Remove(client.Id);
        foreach (var session in Sessions.Values.Where(session => session.Client == client).ToArray())
        {
            Sessions.Remove(session.Id);
        }

        foreach (var open in Opens.Values.Where(open => open.Client == client).ToArray())
        {
            Close(open);
        }
    }
}
