namespace EfsSharding.TestSupport.Scripted;

/// <summary>What the script does to one operation, or to the compound that holds it.</summary>
internal abstract record Fault
{
    /// <summary>The operation fails with a status instead of being carried out.</summary>
    public sealed record Answer(Nfs4Stat Status) : Fault;

    /// <summary>The operation is carried out and answers a failure all the same.</summary>
    public sealed record AnswerAfter(Nfs4Stat Status) : Fault;

    /// <summary>The connection is cut before the compound has any effect.</summary>
    public sealed record CutBefore : Fault;

    /// <summary>The whole compound is carried out, and the connection is cut before the reply.</summary>
    public sealed record CutAfter : Fault;

    /// <summary>The server crashes before this operation, with what came before it done, and starts again.</summary>
    public sealed record Restart : Fault;

    /// <summary>READ or WRITE moves no more than so many bytes. A READ cut short this way says eof only where the file ends.</summary>
    public sealed record Shorten(int Bytes) : Fault;

    /// <summary>The compound is not begun until the task completes.</summary>
    public sealed record Stall(Task Until) : Fault;

    /// <summary>The compound is carried out at once and its reply held until the task completes; later replies overtake it.</summary>
    public sealed record Hold(Task Until) : Fault;

    /// <summary>The reply never comes, on a connection that stays open.</summary>
    public sealed record Swallow : Fault;

    /// <summary>The reply is sent twice.</summary>
    public sealed record Repeat : Fault;

    /// <summary>The reply's record is changed before it is sent.</summary>
    public sealed record Mangle(Func<byte[], byte[]> Change) : Fault;

    /// <summary>These bytes are sent as they are, without a record mark, in place of the reply.</summary>
    public sealed record Raw(byte[] Bytes) : Fault;
}
