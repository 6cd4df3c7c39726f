namespace EfsSharding.TestSupport.Scripted;

/// <summary>The client sent bytes that are no NFSv4.1 call.</summary>
internal sealed class PeerFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
