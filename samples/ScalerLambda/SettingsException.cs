namespace ScalerLambda;

/// <summary>The environment does not describe a run. The message says which variables to set to what.</summary>
internal sealed class SettingsException(string message) : Exception(message);
