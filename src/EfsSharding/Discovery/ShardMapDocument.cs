namespace EfsSharding.Discovery;

/// <summary>The JSON object as it is written, before anything in it is believed.</summary>
internal sealed class ShardMapDocument
{
    public int? Schema { get; set; }

    public long? Revision { get; set; }

    public string? Layout { get; set; }

    public List<MountTargetDocument?>? MountTargets { get; set; }

    public List<FileSystemDocument?>? FileSystems { get; set; }
}
