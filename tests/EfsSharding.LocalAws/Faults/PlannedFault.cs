namespace EfsSharding.LocalAws;

/// <summary>A fault with the calls that it has seen.</summary>
internal sealed class PlannedFault(InjectedFault fault)
{
    private readonly Dictionary<string, (int Call, int Attempts)> _seen = new(StringComparer.Ordinal);

    public InjectedFault Fault => fault;

    public bool Meets(string service, string operation, string invocationId)
    {
        if (!Matches(fault.Service, service) || !Matches(fault.Operation, operation))
        {
            return false;
        }

        var (call, attempts) = _seen.TryGetValue(invocationId, out var seen) ? seen : (_seen.Count + 1, 0);
        _seen[invocationId] = (call, ++attempts);
        return call >= fault.Nth && call - fault.Nth < fault.Times && attempts <= (fault.Attempts ?? int.MaxValue);
    }

    private static bool Matches(string? wanted, string actual) =>
        wanted is null || wanted.Equals(actual, StringComparison.OrdinalIgnoreCase);
}
