namespace EfsSharding.LocalAws;

/// <summary>The calls that the server saw. A call is in the log before its reply is sent.</summary>
public sealed class CallLog
{
    private readonly Lock _gate = new();
    private readonly List<LoggedCall> _calls = [];
    private int _sequence;

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<LoggedCall> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The calls of one operation.</summary>
    public IReadOnlyList<LoggedCall> Of(string operation) => [.. All.Where(call => call.Operation == operation)];

    /// <summary>The calls that changed something.</summary>
    public IReadOnlyList<LoggedCall> WithEffect => [.. All.Where(call => call.Effect is not null)];

    public void Clear()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }

    internal void Add(LoggedCall call)
    {
        lock (_gate)
        {
            _calls.Add(call with { Sequence = ++_sequence });
        }
    }
}
