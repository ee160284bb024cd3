using System.Globalization;
using System.Text.Json;
using Shipper.OrderLogGenerator.Orders;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class EventFormatTests
{
    [Fact]
    public void Order_ids_of_inserts_are_contiguous_and_updates_touch_only_orders_that_exist()
    {
        long inserted = 0;
        var updates = 0;
        var lines = Lines.Json(Lines.Business(LineFormat.OrderChange), 30_000);
        foreach (var line in lines)
        {
            var id = line.GetProperty("order_id").GetInt64();
            if (line.GetProperty("database_operation").GetString() == "i")
            {
                Assert.Equal(++inserted, id);
            }
            else
            {
                Assert.Equal("u", line.GetProperty("database_operation").GetString());
                Assert.InRange(id, 1, inserted);
                updates++;
            }
        }

        Assert.InRange(updates / (double)lines.Count, 0.29, 0.31);
    }

    [Fact]
    public void An_update_moves_the_amount_by_a_fifth_at_most_and_seldom_changes_the_payment_method()
    {
        string[] methods = ["credit_card", "debit_card", "pix", "boleto", "paypal"];
        var orders = new Dictionary<long, JsonElement>();
        int updates = 0, changes = 0;
        foreach (var line in Lines.Json(Lines.Business(LineFormat.OrderChange), 30_000))
        {
            var id = line.GetProperty("order_id").GetInt64();
            var amount = line.GetProperty("amount").GetDecimal();
            Assert.Contains(line.GetProperty("payment_method").GetString(), methods);
            Assert.Matches(@"^\d+\.\d\d$", line.GetProperty("amount").GetRawText());
            Assert.True(amount >= 1.00m);
            if (line.GetProperty("database_operation").GetString() == "u")
            {
                var before = orders[id];
                var was = before.GetProperty("amount").GetDecimal();
                Assert.InRange(amount, Math.Max(1.00m, (0.8m * was) - 0.01m), Math.Max(1.00m, (1.2m * was) + 0.01m));
                Assert.Equal(before.GetProperty("user_id").GetInt32(), line.GetProperty("user_id").GetInt32());
                Assert.Equal(before.GetProperty("product_id").GetInt32(), line.GetProperty("product_id").GetInt32());
                updates++;
                changes += before.GetProperty("payment_method").GetString() == line.GetProperty("payment_method").GetString() ? 0 : 1;
            }

            orders[id] = line;
        }

        Assert.InRange(changes / (double)updates, 0.14, 0.16);
    }

    [Fact]
    public void A_repeated_sale_is_a_modification()
    {
        var seen = new HashSet<string>();
        foreach (var line in Lines.Json(Lines.Business(LineFormat.SalesChange), 30_000))
        {
            var id = line.GetProperty("orderid").GetString()!;
            Assert.Equal(seen.Add(id) ? "INSERT" : "MODIFY", line.GetProperty("cdc_event_type").GetString());
            Assert.InRange(int.Parse(id, CultureInfo.InvariantCulture), 1, 10_000);
            Assert.InRange(line.GetProperty("quantity").GetInt32(), 1, 5);
            Assert.InRange(line.GetProperty("price").GetDecimal(), 10m, 500m);
            Assert.NotEmpty(line.GetProperty("product_name").GetString()!);
            Assert.EndsWith("Z", line.GetProperty("creation_datetime").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_invented_person_is_flat_has_a_date_and_a_time_and_no_password()
    {
        foreach (var line in Lines.Json(Lines.Business(LineFormat.UserEvent), 1000))
        {
            Assert.All(
                line.EnumerateObject(), property => Assert.True(property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number));
            Assert.DoesNotContain(line.EnumerateObject(), property => property.Name.Contains("pass", StringComparison.OrdinalIgnoreCase));
            Assert.True(DateOnly.TryParseExact(line.GetProperty("p_date").GetString(), "yyyy-MM-dd", out _));
            Assert.True(TimeOnly.TryParseExact(line.GetProperty("p_time").GetString(), "HH:mm:ss", out _));
            Assert.EndsWith("@example.com", line.GetProperty("email").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_order_of_a_table_is_inserted_modified_and_removed_with_the_image_before()
    {
        var live = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var uuids = new HashSet<Guid>();
        foreach (var line in Lines.Json(Lines.Business(LineFormat.DynamoDbChange), 30_000))
        {
            var (name, change) = (line.GetProperty("eventName").GetString()!, line.GetProperty("dynamodb"));
            var id = change.GetProperty("Keys").GetProperty("orderid").GetProperty("S").GetString()!;
            names[name] = names.GetValueOrDefault(name) + 1;
            Assert.True(uuids.Add(Guid.Parse(line.GetProperty("eventID").GetString()!)));
            Assert.Equal("orders", line.GetProperty("tableName").GetString());
            Assert.Equal("aws:dynamodb", line.GetProperty("eventSource").GetString());
            Assert.Equal(name != "INSERT", change.TryGetProperty("OldImage", out var before));
            Assert.Equal(name != "REMOVE", change.TryGetProperty("NewImage", out var after));
            Assert.Equal(name == "INSERT", !live.Remove(id, out var was));
            Assert.True(name == "INSERT" || was == before.GetRawText());
            if (name != "REMOVE")
            {
                Assert.NotEqual(was, after.GetRawText());
                Assert.Matches("^[1-5]$", after.GetProperty("quantity").GetProperty("N").GetString());
                live.Add(id, after.GetRawText());
            }
        }

        Assert.InRange(live.Count, 1, DynamoDbChangeLines.LiveOrders);
        Assert.All(["INSERT", "MODIFY", "REMOVE"], name => Assert.InRange(names[name], 3000, 20_000));
    }

    [Fact]
    public void A_number_has_no_trailing_zero_and_a_missing_price_or_name_is_there_too()
    {
        var images = Lines.Json(Lines.Business(LineFormat.DynamoDbChange), 30_000)
            .Where(line => line.GetProperty("eventName").GetString() == "INSERT")
            .Select(line => line.GetProperty("dynamodb").GetProperty("NewImage")).ToList();
        var prices = images.Where(image => image.TryGetProperty("price", out _))
            .Select(image => image.GetProperty("price").GetProperty("N").GetString()!).ToList();

        Assert.All(prices, price => Assert.Matches(@"^[0-9]+(\.[0-9]?[1-9])?$", price));
        Assert.InRange(images.Count - prices.Count, 50, 400);
        Assert.All(
            images, image => Assert.True(image.GetProperty("shipping").GetProperty("M").GetProperty("country").TryGetProperty("S", out _)));
    }

    [Theory]
    [InlineData(nameof(LineFormat.RetailJson))]
    [InlineData(nameof(LineFormat.OrderChange))]
    [InlineData(nameof(LineFormat.SalesChange))]
    [InlineData(nameof(LineFormat.UserEvent))]
    [InlineData(nameof(LineFormat.DynamoDbChange))]
    public void The_sequence_numbers_every_line_without_gaps(string format)
    {
        var options = Lines.Business(Enum.Parse<LineFormat>(format));
        options.Sequence = true;
        var numbers = Lines.Json(options, 5000).Select(line => line.GetProperty("seq").GetInt64());
        Assert.Equal(Enumerable.Range(0, 5000).Select(number => (long)number), numbers);
    }

    [Fact]
    public void The_sequence_is_the_last_column_of_CSV()
    {
        var options = Lines.Business(LineFormat.RetailCsv);
        options.Sequence = true;
        var lines = Lines.Text(options, 2000).Select(Csv.Fields).ToList();
        Assert.All(lines, fields => Assert.Equal(9, fields.Count));
        Assert.Equal(
            Enumerable.Range(0, 2000).Select(number => number.ToString(CultureInfo.InvariantCulture)), lines.Select(fields => fields[8]));
    }
}
