using System.Text;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>Where a directory is: a name in its parent. A chain of names has no longest length, as a path has.</summary>
/// <param name="Parent">Null for the root of the walk.</param>
/// <param name="Name">Bytes with a NUL behind.</param>
internal sealed record DirectoryNode(DirectoryNode? Parent, byte[] Name)
{
    /// <summary>The names from the root to this one, without the root.</summary>
    public Stack<byte[]> Names()
    {
        var names = new Stack<byte[]>();
        for (var node = this; node.Parent is not null; node = node.Parent)
        {
            names.Push(node.Name);
        }

        return names;
    }

    /// <summary>The path as messages show it.</summary>
    public string PathBelow(string root)
    {
        var path = new StringBuilder(root.TrimEnd('/'));
        foreach (var name in Names())
        {
            path.Append('/').Append(Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)));
        }

        return path.Length == 0 ? "/" : path.ToString();
    }
}
