using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class PartitionKeyTests
{
    private const string Otherwise = "0123456789abcdef";

    private static readonly StreamId Stream = new(1);

    [Fact]
    public void The_key_of_the_content_is_the_MD5_of_the_record_as_the_agent_makes_it()
    {
        var keys = new ContentKeys();

        Assert.Equal("60b725f10c9c85c70d97880dfe8191b3"u8, keys.KeyOf(default, "a\n"u8));
        Assert.Equal("3b5d5c3712955042212316173ccf37be"u8, keys.KeyOf(default, "b\n"u8));
    }

    [Fact]
    public void Random_keys_differ_come_from_the_given_source_and_cost_no_memory()
    {
        var keys = new RandomKeys(new Random(7));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < 10_000; index++)
        {
            var key = Text(keys, "line\n");
            Assert.Matches("^[0-9a-f]{16}$", key);
            Assert.True(seen.Add(key));
        }

        var same = new RandomKeys(new Random(7));
        Assert.Contains(Text(same, "other\n"), seen);
        Assert.Equal(0, AllocatedBy(keys, "line\n"u8.ToArray()));
    }

    [Fact]
    public void The_path_is_a_key_that_follows_a_rename_and_costs_no_memory()
    {
        var path = "/var/log/o\"rders\\ü\n.log";
        var keys = new PathKeys(stream => stream == Stream ? path : null);
        Assert.Equal(path, Unescaped(keys, "x\n"));
        Assert.Equal(0, AllocatedBy(keys, "line\n"u8.ToArray()));
        path = "/var/log/orders.log.1";
        Assert.Equal(path, Unescaped(keys, "x\n"));
        Assert.Equal("-", Encoding.UTF8.GetString(keys.KeyOf(new StreamId(2), "x\n"u8)));
    }

    [Theory]
    [InlineData("""{"id":"customer-1","x":1}""", "customer-1")]
    [InlineData("""  {"a":{"id":"inner"},"b":[{"id":"too"}],"id":"outer"}""", "outer")]
    [InlineData("""{"id":12.50e1}""", "12.50e1")]
    [InlineData("""{"id":true}""", "true")]
    [InlineData("""{"id":"first","id":"second"}""", "first")]
    [InlineData("""{"\u0069d":"by an escape"}""", "by an escape")]
    [InlineData("""{"id":"q\"uote \\ \u00fc \t \ud83d\ude00"}""", "q\"uote \\ ü \t 😀")]
    [InlineData("""{"id":"ü😀"}""", "ü😀")]
    [InlineData("{\"id\":\"one\"}\n{\"id\":\"two\"}\n", "one")]
    [InlineData("{\n \"other\": 1,\n \"id\": \"over lines\"\n}\n", "over lines")]
    [InlineData("""{"id":"known before it breaks", oops""", "known before it breaks")]
    public void A_member_of_the_first_object_is_the_key(string line, string key) =>
        Assert.Equal(key, Unescaped(Json(), line));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("plain text\n")]
    [InlineData("""["id","x"]""")]
    [InlineData("{}\n")]
    [InlineData("{\"a\":1}\n{\"id\":\"only in the second\"}\n")]
    [InlineData("""{"ID":"case counts"}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":{"a":1}}""")]
    [InlineData("""{"id":["a"]}""")]
    [InlineData("""{"id":"half of a pair \ud83d"}""")]
    [InlineData("""{"id":"unended""")]
    [InlineData("""{"id" """)]
    [InlineData("{broken\n")]
    [InlineData("""{"a":[[[""")]
    public void Without_one_the_key_is_random(string line) => Assert.Equal(Otherwise, Unescaped(Json(), line));

    [Fact]
    public void Text_that_is_not_UTF8_is_no_key() =>
        Assert.Equal(Otherwise, Encoding.UTF8.GetString(Json().KeyOf(Stream, [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8])));

    [Fact]
    public void A_long_value_becomes_its_hash_so_that_equal_ones_share_a_shard()
    {
        var longest = new string('x', 256);
        Assert.Equal(longest, Unescaped(Json(), $"{{\"id\":\"{longest}\"}}"));
        var hashed = Unescaped(Json(), $"{{\"id\":\"{longest}y\"}}");
        Assert.Matches("^[0-9a-f]{64}$", hashed);
        Assert.Equal(hashed, Unescaped(Json(), $"{{\"a\":0,\"id\":\"\\u0078{longest[1..]}y\"}}"));
        Assert.NotEqual(hashed, Unescaped(Json(), $"{{\"id\":\"{longest}z\"}}"));
    }

    [Fact]
    public void Any_value_that_JSON_can_hold_comes_out_as_a_key_of_1_to_256_characters()
    {
        var keys = Json();
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>(), value =>
        {
            var key = Unescaped(keys, JsonSerializer.Serialize(new { id = value.Get }));
            var sent = JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(value.Get))!;
            Assert.InRange(key.Length, 1, 256);
            Assert.Equal(Encoding.UTF8.GetByteCount(sent) <= 256 ? sent : key, key);
        }).QuickCheckThrowOnFailure();
        Assert.Equal(0, AllocatedBy(keys, "{\"a\":[1,2],\"id\":\"customer-1\",\"b\":0}\n"u8.ToArray()));
    }

    private static JsonFieldKeys Json() => new("id", new FixedKeys());

    private static string Text(IPartitionKeys keys, string lines) =>
        Encoding.UTF8.GetString(keys.KeyOf(Stream, Encoding.UTF8.GetBytes(lines)));

    private static string Unescaped(IPartitionKeys keys, string lines) => JsonSerializer.Deserialize<string>($"\"{Text(keys, lines)}\"")!;

    private static long AllocatedBy(IPartitionKeys keys, byte[] line)
    {
        keys.KeyOf(Stream, line);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 1000; index++)
        {
            keys.KeyOf(Stream, line);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class FixedKeys : IPartitionKeys
    {
        public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines) => "0123456789abcdef"u8;
    }
}
