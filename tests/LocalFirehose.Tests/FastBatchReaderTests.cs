using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class FastBatchReaderTests
{
    // Pieces of nearly canonical bodies: a few of them lead to every way out of the fast path.
    private static readonly string[] Pieces =
    [
        "{\"DeliveryStreamName\":\"", "orders", "\",\"Records\":[", "{\"Data\":\"", "aGVsbG8K", "aGVsbG8=", "aA==", "\"}", "\"},", ",",
        "]}", "]", "}", " ", "\n", "\\/", "\\u0041", "\\\"", "\"", "null", "{", "é", "\u0001", "=", "aGVs bG8K", "aG\nVsbG8K", "-_==",
        "{\"Data\":null}", "\"Records\":[", "\"X\":1,",
    ];

    [Fact]
    public void The_compact_form_is_read_without_the_json_reader()
    {
        using var put = new PutRequest();
        Assert.True(FastBatchReader.TryRead(Encoding.UTF8.GetBytes(Bodies.Batch("orders", "a", "bc", "")), put));
        Assert.Equal("orders", put.StreamName);
        Assert.Equal(3, put.Count);
    }

    [Theory]
    [InlineData("{\"DeliveryStreamName\": \"orders\", \"Records\": [{\"Data\": \"aGVsbG8K\"}]}")]
    [InlineData("{\"Records\":[{\"Data\":\"aGVsbG8K\"}],\"DeliveryStreamName\":\"orders\"}")]
    [InlineData("{\"DeliveryStreamName\":\"orders\",\"Records\":[{\"Data\":\"aGVs\\u0062G8K\"}]}")]
    [InlineData("{\"DeliveryStreamName\":\"orders\",\"New\":{\"a\":[1]},\"Records\":[{\"Extra\":1,\"Data\":\"aGVsbG8K\"}]} \n")]
    [InlineData("{\"\\u0044eliveryStreamName\":\"orders\",\"Records\":[{\"Data\":\"aGVsbG8K\"}]}")]
    public void Any_other_valid_json_is_read_by_the_fallback(string body)
    {
        var fast = Outcome.Of(body, tryFast: true);
        Assert.Null(fast.Error);
        Assert.Equal("orders|hello\n|6", fast.Content);
    }

    [Fact]
    public void Escaped_slashes_in_base64_are_unescaped()
    {
        var raw = new byte[] { 0xFF, 0xFF, 0xFE };
        var body = Bodies.BatchOfBase64("orders", [Convert.ToBase64String(raw).Replace("/", "\\/", StringComparison.Ordinal)]);
        using var put = new PutRequest();
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Null(PutJsonReader.Read(bytes, single: false, put) ?? RecordDecoder.Decode(bytes, single: false, put));
        Assert.Equal(raw, put.Raw.ToArray());
    }

    [Fact]
    public void Fast_path_and_fallback_agree_on_nearly_canonical_bodies()
    {
        var bodies = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces))
            .Select(middle => "{\"DeliveryStreamName\":\"orders\",\"Records\":[{\"Data\":\"" + middle + "\"}]}");
        Prop.ForAll(bodies.ToArbitrary(), Agree).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Fast_path_and_fallback_agree_on_any_sequence_of_pieces()
    {
        var bodies = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));
        Prop.ForAll(bodies.ToArbitrary(), Agree).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Fast_path_and_fallback_agree_when_bytes_of_a_valid_body_change()
    {
        var good = Encoding.UTF8.GetBytes(Bodies.Batch("orders", "hello\n", "w", "orld"));
        var changes = Gen.Choose(0, good.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(value => (at, value)));
        Prop.ForAll(changes.ToArbitrary(), change =>
        {
            var body = (byte[])good.Clone();
            body[change.at] = (byte)change.value;
            return Outcome.Of(body, tryFast: true) == Outcome.Of(body, tryFast: false);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Every_truncation_of_a_valid_body_is_refused_by_both()
    {
        var good = Encoding.UTF8.GetBytes(Bodies.Batch("orders", "hello\n", "world"));
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Equal("SerializationException", Outcome.Of(good[..length], tryFast: true).Error);
            Assert.Equal("SerializationException", Outcome.Of(good[..length], tryFast: false).Error);
        }
    }

    private static bool Agree(string body) => Outcome.Of(body, tryFast: true) == Outcome.Of(body, tryFast: false);

    private sealed record Outcome(string? Error, string? Content)
    {
        public static Outcome Of(string body, bool tryFast) => Of(Encoding.UTF8.GetBytes(body), tryFast);

        public static Outcome Of(byte[] original, bool tryFast)
        {
            var body = (byte[])original.Clone();
            using var put = new PutRequest();
            ServiceError? error = null;
            if (!tryFast || !FastBatchReader.TryRead(body, put))
            {
                put.Clear();
                error = PutJsonReader.Read(body, single: false, put);
            }

            error ??= RecordDecoder.Decode(body, single: false, put);
            return error is null
                ? new Outcome(
                    null, put.StreamName + "|" + Encoding.Latin1.GetString(put.Raw) + "|" + string.Join(",", put.Lengths.ToArray()))
                : new Outcome(error.Code, null);
        }
    }
}
