namespace EfsSharding.Storage;

/// <summary>What a listing does with an entry.</summary>
internal enum ListedKind
{
    Nothing,
    File,
    Directory,
}
