namespace EfsSharding.Scaling;

/// <summary>A step of scaling could not be done. The message says what to do; nothing later in the order was done.</summary>
internal sealed class ScalingException(string message, Exception? innerException = null) : Exception(message, innerException);
