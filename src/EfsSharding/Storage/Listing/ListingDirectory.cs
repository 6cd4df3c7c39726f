using EfsSharding.Routing;

namespace EfsSharding.Storage.Listing;

/// <param name="Path">Physical; the empty string for the root.</param>
/// <param name="Copies">The file systems to read it on, one after the other. See <see cref="ListingOrder"/>.</param>
internal readonly record struct ListingDirectory(string Path, FileSystemRoute[] Copies);
