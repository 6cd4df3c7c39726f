namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>The reply to <see cref="DescribeFileSystems"/>.</summary>
internal sealed record FileSystemPage
{
    public IReadOnlyList<FileSystemDescription>? FileSystems { get; init; }
}
