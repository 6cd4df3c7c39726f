namespace EfsSharding.Volumes.Directories;

/// <summary>
/// A listing whose steps run one after the other in a lane. It is closed when its reader has done with it and no step is under way, by
/// whichever of the two comes last.
/// </summary>
internal sealed class SteppedListing(IEnumerator<IReadOnlyList<DirectoryEntry>> entries)
{
    private readonly Lock _gate = new();
    private bool _stepping;
    private bool _done;
    private bool _closed;

    /// <returns>Null at the end.</returns>
    public IReadOnlyList<DirectoryEntry>? Next()
    {
        lock (_gate)
        {
            if (_done)
            {
                return null;
            }

            _stepping = true;
        }

        try
        {
            return entries.MoveNext() ? entries.Current : null;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Closing a directory asks no server, so that it needs no lane.</summary>
    public void CloseWhenIdle()
    {
        lock (_gate)
        {
            _done = true;
            if (_stepping || _closed)
            {
                return;
            }

            _closed = true;
        }

        entries.Dispose();
    }

    private void Leave()
    {
        lock (_gate)
        {
            _stepping = false;
            if (!_done || _closed)
            {
                return;
            }

            _closed = true;
        }

        entries.Dispose();
    }
}
