namespace EfsSharding.LocalAws.Admin;

/// <summary>A fault in JSON, in which everything may be left out. (The serializer knows no defaults of init-only properties.)</summary>
internal sealed record FaultDocument
{
    public string? Service { get; init; }

    public string? Operation { get; init; }

    public int? Nth { get; init; }

    public int? Times { get; init; }

    public int? Attempts { get; init; }

    public FaultKind? Kind { get; init; }

    public FaultTiming? Timing { get; init; }

    public string? ErrorCode { get; init; }

    public int? StatusCode { get; init; }

    public string? Message { get; init; }

    /// <summary>In seconds; below zero for ever.</summary>
    public double? DelaySeconds { get; init; }

    public InjectedFault ToFault()
    {
        var defaults = new InjectedFault();
        return new InjectedFault
        {
            Service = Service,
            Operation = Operation,
            Nth = Nth ?? defaults.Nth,
            Times = Times ?? defaults.Times,
            Attempts = Attempts,
            Kind = Kind ?? defaults.Kind,
            Timing = Timing ?? defaults.Timing,
            ErrorCode = ErrorCode ?? defaults.ErrorCode,
            StatusCode = StatusCode,
            Message = Message,
            Delay = DelaySeconds switch
            {
                null => defaults.Delay,
                < 0 => Timeout.InfiniteTimeSpan,
                { } seconds => TimeSpan.FromSeconds(seconds),
            },
        };
    }
}
