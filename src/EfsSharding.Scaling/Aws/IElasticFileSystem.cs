using Amazon.Runtime;

namespace EfsSharding.Scaling.Aws;

/// <summary>
/// The three operations of the Amazon EFS API (version 2015-02-01) that scaling needs. Beside the exception named at each, as from every
/// client of the SDK once its retries are used up: <see cref="HttpRequestException"/> or <see cref="IOException"/> when EFS cannot be
/// reached or the connection breaks, <see cref="TimeoutException"/> when the configured timeout passes,
/// <see cref="AmazonUnmarshallingException"/> when the answer is not one of EFS, and <see cref="AmazonClientException"/> when there are no
/// credentials.
/// </summary>
public interface IElasticFileSystem
{
    /// <summary>DescribeFileSystems, for one file system.</summary>
    /// <param name="fileSystemId">The id, <c>fs-…</c>.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <exception cref="ElasticFileSystemException">EFS refused; <c>FileSystemNotFound</c> when there is no such file system.</exception>
    Task<FileSystemDescription> DescribeFileSystemAsync(string fileSystemId, CancellationToken cancellationToken = default);

    /// <summary>DescribeMountTargets, for one file system, all pages. The order is EFS's own and may differ between calls.</summary>
    /// <param name="fileSystemId">The id, <c>fs-…</c>.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <exception cref="ElasticFileSystemException">EFS refused; <c>FileSystemNotFound</c> when there is no such file system.</exception>
    Task<IReadOnlyList<MountTargetDescription>> DescribeMountTargetsAsync(
        string fileSystemId, CancellationToken cancellationToken = default);

    /// <summary>
    /// CreateMountTarget. It answers while the mount target is still <see cref="EfsLifeCycleState.Creating"/>. When the connection breaks,
    /// the SDK asks again, so that a call that had its effect may end in <c>MountTargetConflict</c>: describe to see what there is.
    /// </summary>
    /// <param name="request">Where to make it.</param>
    /// <param name="cancellationToken">Ends the call early; the mount target may be made all the same.</param>
    /// <exception cref="ElasticFileSystemException">EFS refused; <see cref="EfsErrorCode"/> has the codes.</exception>
    Task<MountTargetDescription> CreateMountTargetAsync(CreateMountTargetRequest request, CancellationToken cancellationToken = default);
}
