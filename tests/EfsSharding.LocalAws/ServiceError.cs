namespace EfsSharding.LocalAws;

/// <summary>An error as a service models it; each protocol writes it its own way.</summary>
internal sealed class ServiceError(string code, int statusCode, string message) : Exception(message)
{
    public string Code => code;

    public int StatusCode => statusCode;
}
