using System.Text.Json;
using System.Text.Json.Serialization;

namespace EfsSharding.Tests.Storage;

internal sealed partial class StoreJsonTests
{
    [Test]
    public async Task A_value_comes_back_as_it_was_written()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));

        await test.Store.WriteJsonAsync("customer.json", new Customer(7, "Ähre"), Context.Default.Customer);

        Assert.That(await test.Store.ReadJsonAsync("customer.json", Context.Default.Customer), Is.EqualTo(new Customer(7, "Ähre")));
        await test.Store.WriteAllBytesAsync("marked.json", (byte[])[.. "\uFEFF"u8, .. "{\"Id\":1}"u8]);
        Assert.That((await test.Store.ReadJsonAsync("marked.json", Context.Default.Customer))!.Id, Is.EqualTo(1));
    }

    [TestCase("not JSON")]
    [TestCase("""{"Id":"seven"}""")]
    [TestCase("")]
    public async Task What_is_not_its_JSON_is_an_error_that_names_the_file(string content)
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));
        await test.Store.WriteAllTextAsync("customer.json", content);

        await Assert.ThatAsync(
            () => test.Store.ReadJsonAsync("customer.json", Context.Default.Customer), Throws.TypeOf<JsonException>().With.Message.StartsWith("'customer.json' is not the JSON of Customer: "));
    }

    [Test]
    public async Task A_value_that_cannot_be_written_leaves_the_file_as_it_was()
    {
        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));
        await test.Store.WriteAllTextAsync("customer.json", "old");

        await Assert.ThatAsync(() => test.Store.WriteJsonAsync("customer.json", double.NaN, Context.Default.Double), Throws.InstanceOf<Exception>());

        Assert.That(await test.Store.ReadAllTextAsync("customer.json"), Is.EqualTo("old"));
    }

    internal sealed record Customer(int Id, string? Name);

    [JsonSerializable(typeof(Customer))]
    [JsonSerializable(typeof(double))]
    internal sealed partial class Context : JsonSerializerContext;
}
