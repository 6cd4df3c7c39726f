namespace EfsSharding.TestSupport.Scripted;

/// <summary>The script lets the server crash between two operations of a compound.</summary>
internal sealed class PeerRestartException : Exception;
