namespace EfsSharding.Scaling.Tests.Counting;

/// <summary>What a counter does beside that when the files are in a directory of this machine.</summary>
public abstract class MountedFileCounterContract : FileCounterContract
{
    [Test]
    public async Task A_start_that_is_a_symbolic_link_is_followed()
    {
        TemporaryTree.AddFiles(Tree.PathOf("real"), 3);
        Directory.CreateSymbolicLink(Tree.PathOf("link"), Tree.PathOf("real"));

        var count = await Counter().CountAsync(new FileCountRequest { Directory = Tree.PathOf("link") });

        Assert.That(count.Files, Is.EqualTo(3));
    }
}
