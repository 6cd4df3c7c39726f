namespace EfsSharding;

/// <summary>
/// Which short cuts a server takes. Null: not put to the test, as nothing was to be written, no file was there to be read, or the
/// lack of another one ruled it out.
/// </summary>
public sealed record NfsServerAbilities
{
    /// <summary>READ with the anonymous stateid: a small file is read without an open.</summary>
    public bool? AnonymousStateId { get; init; }

    /// <summary>The current stateid: a small file is opened, written and closed in one round trip.</summary>
    public bool? CurrentStateId { get; init; }

    /// <summary>VERIFY: what was written is checked, and then published, in the same round trip.</summary>
    public bool? Verify { get; init; }

    /// <summary>
    /// The server keeps a file that is open when it is replaced or deleted, so that a stream reads it to its end; else the stream fails with
    /// <see cref="FileChangedException"/>.
    /// </summary>
    public bool? KeepsOpenFiles { get; init; }

    /// <summary>The server promises to keep them (OPEN4_RESULT_PRESERVE_UNLINKED, RFC 8881 §18.16.3). Servers keep them that do not promise it.</summary>
    public bool? PromisesOpenFiles { get; init; }
}
