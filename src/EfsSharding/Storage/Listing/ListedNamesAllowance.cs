namespace EfsSharding.Storage.Listing;

/// <summary>How many names the directories of one listing may remember together.</summary>
/// <param name="names">In all.</param>
internal sealed class ListedNamesAllowance(int names = ListedNamesAllowance.Default)
{
    /// <summary>Three quarters of 4,194,304 slots of 8 bytes: 32 MiB, and half as much for a range.</summary>
    public const int Default = 3 << 20;

    private const int Least = 1024;
    private const int LargestStep = 64 << 10;
    private readonly int _least = Math.Min(Least, names);
    private int _left = names;

    /// <summary>What a range of a directory that has more is cut to.</summary>
    public int NamesInRange { get; } = Math.Max(names / 2, 1);

    /// <param name="taken">What the directory has already; each may have a few, even when nothing is left.</param>
    /// <returns>How many more it may remember; 0 when none are left.</returns>
    public int Take(int taken)
    {
        var step = Math.Clamp(taken, _least, LargestStep);
        if (Interlocked.Add(ref _left, -step) >= 0 || taken == 0)
        {
            return step;
        }

        Interlocked.Add(ref _left, step);
        return 0;
    }

    public void Return(int taken) => Interlocked.Add(ref _left, taken);
}
