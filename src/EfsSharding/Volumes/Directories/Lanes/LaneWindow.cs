using System.Diagnostics;

namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// How many calls of a lane may run at once. A call that hangs keeps its thread, so that no more begin than have been seen to end: few at
/// first,
/// more with each call that ends while others wait, fewer again when fewer are asked for. Guarded by the lane.
/// </summary>
/// <param name="places">The most that ever run, those that hang included.</param>
internal sealed class LaneWindow(int places)
{
    /// <summary>Calls that may begin before any has ended, and that may hang before no further one is risked.</summary>
    private const int Few = 4;

    /// <summary>What one call that ends adds while others wait: four times as many in each round.</summary>
    private const int Growth = 3;

    private readonly int _least = Math.Min(Few, places);
    private int _size = Math.Min(Few, places);
    private bool _answered;

    /// <summary>Calls under way that are not known to hang.</summary>
    public int Running { get; private set; }

    /// <summary>Calls under way that have made no progress for the timeout.</summary>
    public int Hung { get; private set; }

    /// <summary>Whether one more may run, as far as is known none hangs because the mount does.</summary>
    public bool HasRoom => Running < _size && Running + Hung < places;

    /// <summary>
    /// Whether one more may find out if what hangs is the mount: a few, and one more each time that the mount has answered a probe.
    /// </summary>
    public bool HasRoomForScout => Running == 0 && Hung < places && (Hung < _least || _answered);

    public void Begin()
    {
        if (Hung >= _least)
        {
            _answered = false;
        }

        Running++;
    }

    public void End(bool hung)
    {
        Debug.Assert(hung ? Hung > 0 : Running > 0, "what ends was under way");
        if (hung)
        {
            Hung--;
        }
        else
        {
            Running--;
        }
    }

    public void Hang(int calls)
    {
        Debug.Assert(Running >= calls, "what hangs was under way");
        Running -= calls;
        Hung += calls;
    }

    /// <summary>A call has ended, or moved on.</summary>
    public void Moved(bool othersWait)
    {
        if (othersWait)
        {
            _size = Math.Min(_size + Growth, places);
        }
        else if (Running * 2 < _size && _size > _least)
        {
            _size--;
        }
    }

    /// <summary>The mount has answered a probe.</summary>
    public void Answered() => _answered = true;
}
