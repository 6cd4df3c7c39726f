namespace EfsSharding.Deploy.Tests.Terraform;

[TestFixture]
internal sealed class FormatTests
{
    [Test]
    public void EveryFile_IsFormattedAsTerraformWould()
    {
        var files = Directory.GetFiles(TerraformModule.Directory, "*.tf");
        var problems = files.SelectMany(file => CanonicalFormat.Problems(Path.GetFileName(file), File.ReadAllText(file))).ToList();
        Assert.That(files, Is.Not.Empty);
        Assert.That(problems, Is.Empty, string.Join('\n', problems));
    }

    [TestCase("a = {\n b = 1\n}\n", "f:2: is indented by 1 blanks, not 2: b = 1")]
    [TestCase("a = 1\nbb = 2\n", "f:1: has its equals sign in column 3, not 4")]
    [TestCase("a = 1 \n", "f:1: has blanks at its end")]
    [TestCase("a =1\n", "f:1: has no single blank behind the equals sign: a =1")]
    [TestCase("a  = [\n  1,\n]\n", "f:1: has 2 blanks before the equals sign, not 1: a  = [")]
    [TestCase("a = 1\n\n\nb = 1\n", "f:3: is a second empty line in a row")]
    [TestCase("a = 1", "f: does not end with one line feed")]
    public void Problems_NamesTheLine(string text, string problem) =>
        Assert.That(CanonicalFormat.Problems("f", text), Is.EqualTo(new[] { problem }));

    [TestCase("a   = 1\nbbb = 2\n\nc = \"{\"\n")]
    [TestCase("a = f({\n  b = 1\n})\nc = 2\n")]
    [TestCase("a = [for x in y : {\n  b = x # }\n}]\n")]
    public void Problems_TakesWhatTerraformWrites(string text) => Assert.That(CanonicalFormat.Problems("f", text), Is.Empty);
}
