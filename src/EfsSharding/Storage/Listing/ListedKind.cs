namespace EfsSharding.Storage.Listing;

/// <summary>What a listing does with an entry.</summary>
internal enum ListedKind
{
    Nothing,
    File,
    Directory,
}
