namespace Samples;

/// <summary>The environment does not describe what to do. The message says which variables to set to what.</summary>
internal sealed class SettingsException(string message) : Exception(message);
