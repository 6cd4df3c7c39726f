using EfsSharding.Access;
using FsCheck;
using FsCheck.Fluent;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class MountTableTests
{
    [Test]
    public void Reads_a_line_with_optional_fields_and_escapes()
    {
        var entry = MountTable.Parse(@"36 35 98:0 /a\040b /mnt/c\011d rw,noatime master:1 shared:7 - nfs4 10.0.1.5:/ rw,vers=4.1,addr=10.0.1.5" + "\n").Entries.Single();

        Assert.That(entry, Is.EqualTo(new MountEntry
        {
            Id = 36,
            ParentId = 35,
            Device = "98:0",
            Root = "/a b",
            MountPoint = "/mnt/c\td",
            Options = "rw,noatime",
            FileSystemType = "nfs4",
            Source = "10.0.1.5:/",
            SuperOptions = "rw,vers=4.1,addr=10.0.1.5",
        }));
        Assert.That(entry.SuperOption("addr"), Is.EqualTo("10.0.1.5"));
        Assert.That(entry.SuperOption("port"), Is.Null);
    }

    [Test]
    public void The_last_of_stacked_mounts_is_the_one_that_shows()
    {
        var table = MountTable.Parse("1 0 0:1 / /m rw - nfs4 a:/ rw\n2 1 0:2 / /m rw - tmpfs none rw\n3 0 0:3 / /n rw - nfs4 a:/ rw\n");

        Assert.That(table.TopmostAt("/m")!.Id, Is.EqualTo(2));
        Assert.That(table.FindById(1)!.IsNfs, Is.True);
        Assert.That(table.TopmostAt("/o"), Is.Null);
    }

    [Test]
    public void Reads_what_this_kernel_says()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.That(new ProcFileSystem().Read("self/mountinfo"), Is.Empty);
            return;
        }

        var text = new ProcFileSystem().Read("self/mountinfo");

        Assert.That(MountTable.Parse(text).Entries, Has.Count.EqualTo(text.Count(c => c == '\n')));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property What_the_kernel_would_write_is_read_back()
    {
        var name = ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(s => new string([.. s.Get.Where(c => c is not '\0')]));
        var entries =
            from id in Gen.Choose(0, int.MaxValue)
            from root in name
            from mountPoint in name
            from source in name
            from optionalFields in Gen.Choose(0, 3)
            select (Entry: new MountEntry
            {
                Id = id,
                ParentId = 1,
                Device = "0:1",
                Root = "/" + root,
                MountPoint = "/" + mountPoint,
                Options = "rw",
                FileSystemType = "nfs4",
                Source = source + ":/",
                SuperOptions = "rw",
            }, OptionalFields: optionalFields);
        return Prop.ForAll(entries.ListOf().ToArbitrary(), list =>
            MountTable.Parse(string.Concat(list.Select(e => Format(e.Entry, e.OptionalFields)))).Entries.SequenceEqual(list.Select(e => e.Entry)));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Garbage_is_no_error(NonEmptyArray<string?> fields) =>
        MountTable.Parse(string.Join(' ', fields.Get)).Entries.All(e => e.MountPoint is not null);

    private static string Format(MountEntry entry, int optionalFields) =>
        $"{entry.Id} {entry.ParentId} {entry.Device} {Escape(entry.Root)} {Escape(entry.MountPoint)} {entry.Options}"
        + string.Concat(Enumerable.Range(1, optionalFields).Select(n => $" shared:{n}"))
        + $" - {entry.FileSystemType} {Escape(entry.Source)} {entry.SuperOptions}\n";

    private static string Escape(string text) =>
        text.Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
            .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal);
}
