namespace EfsSharding.Volumes.Directories;

/// <summary>
/// How many bytes of a large file are written between two flushes: so many that a flush takes about a tenth to a quarter of a second,
/// which the slowest target manages within its deadline and which leaves little to do for the last one.
/// </summary>
internal sealed class FlushPace(TimeProvider timeProvider)
{
    private const long Least = 1 << 20;
    private const long Most = 64 << 20;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(250);

    private long _window = 4 << 20;
    private long _written;

    /// <summary>Counts bytes that were written.</summary>
    /// <returns>Whether it is time to flush.</returns>
    public bool Add(int count) => (_written += count) >= _window;

    /// <param name="started">The clock's timestamp when the flush began.</param>
    public void Flushed(long started)
    {
        var took = timeProvider.GetElapsedTime(started);
        _window = took > Long ? Math.Max(_window / 2, Least) : took < Short ? Math.Min(_window * 2, Most) : _window;
        _written = 0;
    }
}
