using EfsSharding.Volumes.Directories.Lanes;

namespace EfsSharding.Volumes.Directories;

/// <summary>
/// A staged file whose steps run one after the other in a lane. It is closed when its owner has done with it and no step is under
/// way, by whichever of the two comes last: a step that hangs still uses the file.
/// </summary>
internal sealed class ChunkedWrite(IStagedFile staged, TimeProvider timeProvider)
{
    private readonly FlushPace _pace = new(timeProvider);
    private readonly Lock _gate = new();
    private int _steps;
    private bool _done;
    private bool _closed;

    /// <summary>
    /// Adds bytes, and brings to the server what has come together: the more it is, the longer the last flush would take.
    /// </summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        Enter();
        try
        {
            staged.Write(bytes);
            if (_pace.Add(bytes.Length))
            {
                LaneOperation.ReportProgress();
                var started = timeProvider.GetTimestamp();
                staged.Flush();
                _pace.Flushed(started);
            }

            return true;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Shows that the file is still being written, unless a step is doing that now.</summary>
    public bool Touch()
    {
        lock (_gate)
        {
            if (_steps > 0 || _done)
            {
                return false;
            }

            _steps++;
        }

        try
        {
            staged.Touch();
            return true;
        }
        finally
        {
            Leave();
        }
    }

    public long TakeBack()
    {
        Enter();
        try
        {
            return staged.TakeBack();
        }
        finally
        {
            Leave();
        }
    }

    public bool Publish()
    {
        Enter();
        try
        {
            staged.Publish();
            return true;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Closes the file now, or when the step that is under way comes back.</summary>
    /// <returns>Whether it was closed by this call.</returns>
    public bool CloseWhenIdle()
    {
        lock (_gate)
        {
            _done = true;
            if (_steps > 0 || _closed)
            {
                return false;
            }

            _closed = true;
        }

        staged.Dispose();
        return true;
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_done)
            {
                throw new TargetFaultException("The write was given up.", mayTakeEffect: false);
            }

            _steps++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _steps--;
            if (!_done || _closed || _steps > 0)
            {
                return;
            }

            _closed = true;
        }

        staged.Dispose();
    }
}
