using System.Text;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(StorePaths)])]
internal sealed class StorePathTests
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [FsCheck.NUnit.Property(MaxTest = 20_000)]
    public void What_is_a_store_path_is_what_the_rules_say(PossiblePath path, byte dirt)
    {
        var buffer = new byte[StorePath.BufferLength];
        buffer.AsSpan().Fill((dirt % 3) switch { 0 => (byte)'/', 1 => (byte)'.', _ => dirt });

        if (IsStorePath(path.Value))
        {
            Assert.That(StorePath.Encode(path.Value, buffer).ToArray(), Is.EqualTo(Encoding.UTF8.GetBytes(path.Value)));
        }
        else
        {
            var refusal = Assert.Throws<InvalidStorePathException>(() => StorePath.Encode(path.Value, buffer))!;
            Assert.That(refusal.Path, Is.EqualTo(path.Value));
            Assert.That(refusal.Reason, Is.Not.Empty);
        }
    }

    [FsCheck.NUnit.Property]
    public void A_valid_path_is_accepted(ValidPath path) => Assert.That(() => StorePath.Validate(path.Value), Throws.Nothing);

    [TestCase("", "empty")]
    [TestCase("/a", "absolute")]
    [TestCase("a/", "ends with '/'")]
    [TestCase("a//b", "empty segment")]
    [TestCase("./a", "'.' segment")]
    [TestCase("a/.", "'.' segment")]
    [TestCase("a/../b", "'..' segment")]
    [TestCase("..", "'..' segment")]
    [TestCase("a\0b", "NUL")]
    [TestCase("a/.efs-sharding-0", "temporary")]
    public void A_refusal_says_why(string path, string reason) =>
        Assert.That(() => StorePath.Validate(path), Throws.TypeOf<InvalidStorePathException>().With.Message.Contains(reason));

    [Test]
    public void Limits_count_bytes_of_UTF_8()
    {
        Assert.That(() => StorePath.Validate(new string('é', 127) + "x"), Throws.Nothing);
        Assert.That(() => StorePath.Validate(new string('é', 128)), Throws.TypeOf<InvalidStorePathException>().With.Message.Contains("255"));
        var longest = string.Join('/', Enumerable.Repeat(new string('x', 255), 16));
        Assert.That(() => StorePath.Validate(longest + "/"), Throws.TypeOf<InvalidStorePathException>());
        Assert.That(longest, Has.Length.EqualTo(4095));
        Assert.That(() => StorePath.Validate("x/" + longest[1..]), Throws.Nothing);
        Assert.That(() => StorePath.Validate("xy/" + longest[1..]), Throws.TypeOf<InvalidStorePathException>().With.Message.Contains("4096"));
        Assert.That(() => StorePath.Validate("\uD800"), Throws.TypeOf<InvalidStorePathException>().With.Message.Contains("surrogate"));
    }

    [Test]
    public void Only_a_directory_may_be_the_root()
    {
        Assert.That(() => StorePath.ValidateDirectory(""), Throws.Nothing);
        Assert.That(() => StorePath.ValidateDirectory("/"), Throws.TypeOf<InvalidStorePathException>());
        Assert.That(() => StorePath.Validate(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Checking_a_path_allocates_nothing()
    {
        var path = string.Join('/', Enumerable.Repeat("segment-of-a-path", 6));
        var buffer = new byte[StorePath.BufferLength];
        StorePath.Encode(path, buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        StorePath.Encode(path, buffer);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>The rules as design and documentation tell them, one after the other.</summary>
    private static bool IsStorePath(string path)
    {
        try
        {
            return path.Length > 0
                && Strict.GetByteCount(path) <= 4096
                && !path.Contains('\0', StringComparison.Ordinal)
                && path.Split('/').All(s =>
                    s is not "" and not "." and not ".."
                    && Strict.GetByteCount(s) <= 255
                    && !s.StartsWith(".efs-sharding-", StringComparison.Ordinal));
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
