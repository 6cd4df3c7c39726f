using EfsSharding.Nfs.Files.Writing;

namespace EfsSharding.Scaling.Publishing;

/// <param name="Current">What is published now.</param>
/// <param name="Written">Whether this run wrote it.</param>
internal sealed record Publication(PublishedMap Current, bool Written);
