namespace EfsSharding.LocalAws;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>The reply is <see cref="InjectedFault.ErrorCode"/>.</summary>
    Error,

    /// <summary>The reply is the service's own throttling error.</summary>
    Throttle,

    /// <summary>The reply is right, but <see cref="InjectedFault.Delay"/> late.</summary>
    Delay,

    /// <summary>The connection is cut without a reply.</summary>
    Cut,

    /// <summary>The connection is cut in the middle of the reply's body.</summary>
    CutReply,

    /// <summary>Something between the client and AWS answers in HTML, with <see cref="InjectedFault.StatusCode"/>, else 502.</summary>
    Html,
}
