using System.Security.Cryptography;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class SeededBytesTests
{
    public static TheoryData<string> Formats => [.. Enum.GetNames<LineFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_same_seed_gives_the_same_bytes(string format)
    {
        var options = Lines.Business(Enum.Parse<LineFormat>(format), seed: 42);
        Assert.Equal(Lines.Bytes(options, 20_000), Lines.Bytes(options, 20_000));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Another_seed_gives_other_bytes(string format)
    {
        var kind = Enum.Parse<LineFormat>(format);
        Assert.NotEqual(Lines.Bytes(Lines.Business(kind, seed: 1), 100), Lines.Bytes(Lines.Business(kind, seed: 2), 100));
    }

    [Fact]
    public void The_bytes_of_a_seed_stay_the_same_from_build_to_build()
    {
        // Update the hash when the model or its tables change on purpose, and say so in the changelog.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Lines.Bytes(Lines.Business(), 10_000)));
        Assert.Equal("fce49798f2954e9ab68e1aa543b5fbfe56916f14f3602bff8b3df844f2554ee6", hash);
    }

    [Fact]
    public void The_wall_clock_sets_the_time_of_writing_and_changes_nothing_else()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero));
        var early = Lines.Json(new GeneratorOptions(), 500, time);
        time.Advance(TimeSpan.FromHours(5));
        var late = Lines.Json(new GeneratorOptions(), 500, time);
        Assert.All(early, line => Assert.Equal("2026-01-31 08:00:00", line.GetProperty("InvoiceDate").GetString()));
        Assert.All(late, line => Assert.Equal("2026-01-31 13:00:00", line.GetProperty("InvoiceDate").GetString()));
        Assert.Equal(
            early.Select(line => line.GetProperty("StockCode").GetString()),
            late.Select(line => line.GetProperty("StockCode").GetString()));
    }

    [Fact]
    public void The_business_clock_starts_at_the_configured_time()
    {
        var options = Lines.Business();
        options.StartTime = new DateTimeOffset(2020, 5, 2, 9, 0, 0, TimeSpan.Zero);
        Assert.StartsWith("2020-05-03 ", Lines.Json(options, 1)[0].GetProperty("InvoiceDate").GetString(), StringComparison.Ordinal);
    }
}
