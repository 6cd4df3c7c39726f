namespace EfsSharding.Nfs.Operations;

/// <summary>Who holds an open. Opens of one owner on one file are one state, so each open that may overlap another has its own.</summary>
/// <param name="ClientId">The client ID of the session.</param>
/// <param name="Number">A slot's, when the open ends in the compound that made it; else one that is never used again.</param>
internal readonly record struct OpenOwner(ulong ClientId, ulong Number);
