namespace EfsSharding;

/// <summary>The rule that spreads paths over mount targets.</summary>
public enum RoutingRule
{
    /// <summary>Weighted rendezvous hashing over ids: adding or removing a target moves only the paths that it gains or loses.</summary>
    Rendezvous,

    /// <summary>
    /// SHA-256 of the UTF-8 path as one big-endian integer, modulo the number of mount targets, in the published order. The rule of
    /// the first generation of this system, for services that share files with it. Adding a target moves nearly every path.
    /// </summary>
    Modulo,
}
