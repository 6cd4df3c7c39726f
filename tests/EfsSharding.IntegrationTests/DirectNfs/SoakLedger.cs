using System.Diagnostics;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>What the writers were told, to be held against what is on the server. One for all writers.</summary>
internal sealed class SoakLedger
{
    private long _acknowledged;
    private long _failed;
    private long _longest;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public long Failed => Interlocked.Read(ref _failed);

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

    /// <summary>Carries an operation out and times it.</summary>
    /// <returns>Whether it was acknowledged; what else it may say is an I/O error.</returns>
    public async Task<bool> TryAsync(Func<Task> operation)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await operation();
            Interlocked.Increment(ref _acknowledged);
            return true;
        }
        catch (IOException failure) when (failure is not FileExistsException)
        {
            Interlocked.Increment(ref _failed);
            return false;
        }
        finally
        {
            InterlockedMax(Stopwatch.GetElapsedTime(started).Ticks);
        }
    }

    private void InterlockedMax(long ticks)
    {
        for (var seen = Interlocked.Read(ref _longest); ticks > seen;)
        {
            seen = Interlocked.CompareExchange(ref _longest, ticks, seen);
        }
    }
}
