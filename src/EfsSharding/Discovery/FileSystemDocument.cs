namespace EfsSharding.Discovery;

/// <summary>A member of <c>file_systems</c>.</summary>
internal sealed class FileSystemDocument
{
    public string? FileSystemId { get; set; }

    public string? State { get; set; }

    public int? Weight { get; set; }
}
