namespace ScalerLambda.Runtime;

/// <summary>What an invocation came to: a JSON document, and an error when it failed.</summary>
internal sealed record FunctionResult(string Json, FunctionError? Error = null);
