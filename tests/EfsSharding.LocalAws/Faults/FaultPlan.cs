namespace EfsSharding.LocalAws;

/// <summary>The faults that wait for their calls.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<PlannedFault> _planned = [];

    /// <summary>The faults that were added, whether they still match or not.</summary>
    public IReadOnlyList<InjectedFault> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _planned.Select(planned => planned.Fault)];
            }
        }
    }

    /// <summary>How many requests have met a fault.</summary>
    public int Met { get; private set; }

    /// <summary>Adds a fault. When several match a request, the first one added is met, and the others count the call.</summary>
    public void Add(InjectedFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Nth, 1);
        lock (_gate)
        {
            _planned.Add(new PlannedFault(fault));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
        }
    }

    internal InjectedFault? Meet(string service, string operation, string invocationId)
    {
        lock (_gate)
        {
            InjectedFault? met = null;
            foreach (var planned in _planned)
            {
                if (planned.Meets(service, operation, invocationId))
                {
                    met ??= planned.Fault;
                }
            }

            Met += met is null ? 0 : 1;
            return met;
        }
    }
}
