namespace Quickstart;

/// <summary>The files of the demonstration: path and content follow from the number, so that nothing has to be kept for comparing.</summary>
internal static class DemoFile
{
    private const int Tenants = 100;
    private const int MinLength = 64;
    private const int MaxLength = 2048;

    public static string Path(int number) => $"tenants/{number % Tenants:D2}/orders/{number:D8}.bin";

    public static byte[] Content(int number)
    {
        var random = new Random(number);
        var content = new byte[random.Next(MinLength, MaxLength)];
        random.NextBytes(content);
        return content;
    }
}
