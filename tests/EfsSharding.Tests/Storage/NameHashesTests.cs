using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

internal sealed class NameHashesTests
{
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void It_is_a_set_of_numbers_of_which_none_is_special(int seed)
    {
        var random = new Random(seed);
        var (set, model) = (new NameHashes(), new HashSet<ulong>());
        for (var step = 0; step < 300; step++)
        {
            var hash = random.Next(4) switch { 0 => 0UL, 1 => ulong.MaxValue, 2 => (ulong)random.Next(40) << random.Next(58), _ => (ulong)random.NextInt64() };
            if (random.Next(100) == 0)
            {
                set.Clear();
                model.Clear();
            }

            Assert.That(set.Contains(hash), Is.EqualTo(model.Contains(hash)));
            Assert.That(set.Add(hash), Is.EqualTo(model.Add(hash)), $"{hash}");
            Assert.That(set.Contains(hash), Is.True);
            Assert.That(set.Count, Is.EqualTo(model.Count));
        }
    }
}
