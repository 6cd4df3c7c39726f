using EfsSharding.Diagnostics;

namespace EfsSharding.Storage.Listing;

/// <summary>What reading one directory found, gathered, so that each kind of thing is said once for each directory.</summary>
internal sealed class ListingReport(StoreMetrics metrics, ListingLog log, string directory)
{
    private readonly (int Count, string Example, string FileSystemId)[] _leftOut = new (int, string, string)[(int)LeftOut.Misplaced + 1];
    private int _files;

    public void Listed() => _files++;

    public void Add(LeftOut reason, string example, string fileSystemId)
    {
        ref var found = ref _leftOut[(int)reason];
        found = found.Count == 0 ? (1, example, fileSystemId) : found with { Count = found.Count + 1 };
    }

    public void Unreadable(Exception exception, string fileSystemId)
    {
        if (_leftOut[(int)LeftOut.Unreadable].Count == 0)
        {
            log.Unreadable(exception, directory, fileSystemId);
        }

        Add(LeftOut.Unreadable, directory, fileSystemId);
    }

    public void Send()
    {
        metrics.AddListed(_files);
        for (var reason = LeftOut.Unreadable; reason <= LeftOut.Misplaced; reason++)
        {
            var (count, example, fileSystemId) = _leftOut[(int)reason];
            if (count == 0)
            {
                continue;
            }

            metrics.AddLeftOut(reason, count);
            switch (reason)
            {
                case LeftOut.TooLong:
                    log.TooLong(count, example, directory, fileSystemId);
                    break;
                case LeftOut.NotUtf8:
                    log.NotUtf8(count, example, directory, fileSystemId);
                    break;
                case LeftOut.Misplaced:
                    log.Misplaced(count, example, directory, fileSystemId);
                    break;
            }
        }
    }
}
