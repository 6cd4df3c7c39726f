namespace Quickstart;

/// <summary>The demonstration did not come to its end.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
