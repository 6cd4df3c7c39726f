namespace EfsSharding.Access;

internal sealed class ProcFileSystem : IProcFileSystem
{
    public string Read(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine("/proc", path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
