using EfsSharding.Access;

namespace EfsSharding.Scaling.Counting;

/// <summary>What all threads of one count add to, and what tells them to stop.</summary>
internal sealed class CountTally(long? upTo)
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _limit = upTo ?? long.MaxValue;
    private long _files;
    private long _directories;
    private long _mountPoints;
    private Exception? _failure;
    private int _end = (int)FileCountEnd.Complete;
    private volatile bool _isStopped;

    public long Files => Interlocked.Read(ref _files);

    public long Directories => Interlocked.Read(ref _directories);

    public long MountPoints => Interlocked.Read(ref _mountPoints);

    /// <summary>Whether the tree is on a network mount; null until it is known.</summary>
    public bool? IsOnNetwork { get; set; }

    /// <summary>Why the walk was stopped; complete when it was not.</summary>
    public FileCountEnd End => (FileCountEnd)Volatile.Read(ref _end);

    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Looked at between two reads of a directory.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Completes when the walk shall stop.</summary>
    public Task Stopped => _stopped.Task;

    public void AddDirectory() => Interlocked.Increment(ref _directories);

    public void AddMountPoint() => Interlocked.Increment(ref _mountPoints);

    public void AddFiles(long files)
    {
        if (files > 0 && Interlocked.Add(ref _files, files) >= _limit)
        {
            Stop(FileCountEnd.LimitReached);
        }
    }

    /// <summary>Files that will be counted once more, as their directory is read again.</summary>
    public void TakeBack(long files) => Interlocked.Add(ref _files, -files);

    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Halt();
    }

    public void Stop(FileCountEnd end)
    {
        Interlocked.CompareExchange(ref _end, (int)end, (int)FileCountEnd.Complete);
        Halt();
    }

    /// <summary>Makes the threads stop without a word on why.</summary>
    public void Halt()
    {
        _isStopped = true;
        _stopped.TrySetResult();
    }
}
