namespace Quickstart;

/// <summary>What came of it, as printed with --json.</summary>
internal sealed record QuickstartResult
{
    public required int FilesWritten { get; init; }

    /// <summary>Files that were read back, through the new map, with the content that was written.</summary>
    public required int FilesVerified { get; init; }

    public required int MountTargetsBefore { get; init; }

    public required int MountTargetsAfter { get; init; }

    /// <summary>The files whose mount target changed, of all; the least possible is 1 / mount_targets_after.</summary>
    public required double MovedFraction { get; init; }

    public required double ElapsedS { get; init; }
}
