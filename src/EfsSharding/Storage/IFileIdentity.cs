namespace EfsSharding.Storage;

/// <summary>A stream that knows which file it reads, so that another target can go on with the same one.</summary>
internal interface IFileIdentity
{
    /// <summary>The file id: the same through every mount target of a file system, another once the file was replaced; 0 when unknown.</summary>
    ulong FileId { get; }
}
