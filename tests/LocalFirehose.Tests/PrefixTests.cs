using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class PrefixTests
{
    private const string Errors = "errors/!{firehose:error-output-type}/";
    private static readonly DateTimeOffset Arrival = new(2026, 3, 9, 4, 5, 6, 789, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, "2026/03/09/04/")]
    [InlineData("", null, "2026/03/09/04/")]
    [InlineData("logs/", null, "logs/2026/03/09/04/")]
    [InlineData("logs-", null, "logs-2026/03/09/04/")]
    [InlineData("year=!{timestamp:yyyy}/month=!{timestamp:MM}/", Errors, "year=2026/month=03/")]
    [InlineData("!{timestamp:yyyy/MM/dd'T'HH}/", Errors, "2026/03/09T04/")]
    [InlineData("!{firehose:random-string}/", Errors, "abcdefghijk/2026/03/09/04/")]
    [InlineData("!{timestamp:D}/!{firehose:random-string}/", Errors, "68/abcdefghijk/")]
    public void A_prefix_evaluates_to(string? prefix, string? errorPrefix, string expected) =>
        Assert.Equal(
            expected,
            DestinationPrefixes.Parse(prefix, errorPrefix, Arrival).Evaluate(Arrival, "abcdefghijk", OutputPartition.Whole));

    [Theory]
    [InlineData("!{timestamp:yyyy}/", null, "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.")]
    [InlineData("!{timestamp:yyyy}/", "errors/", "ErrorOutputPrefix must contain")]
    [InlineData("!{firehose:error-output-type}/", Errors, "Prefix cannot contain !{firehose:error-output-type}.")]
    [InlineData("!{partitionKeyFromQuery:customer}/", Errors, "needs dynamic partitioning")]
    [InlineData("!{partitionKeyFromLambda:customer}/", Errors, "needs dynamic partitioning")]
    [InlineData("!{firehose:other}/", Errors, "is not known")]
    [InlineData("!{nothing}/", Errors, "is not known")]
    [InlineData("!{timestamp:yyyy", Errors, "without its closing brace")]
    [InlineData("!{timestamp:}/", Errors, "has no pattern")]
    [InlineData("!{timestamp:YYYY}/", Errors, "which is not supported")]
    [InlineData("!{timestamp:'T}/", Errors, "unclosed quote")]
    [InlineData("a/../../b/", null, "cannot be a path")]
    [InlineData(null, "errors/!{timestamp:yyyy}/", "ErrorOutputPrefix must contain")]
    public void A_prefix_that_violates_a_rule_is_refused(string? prefix, string? errorPrefix, string message)
    {
        var exception = Assert.Throws<ServiceException>(() => DestinationPrefixes.Parse(prefix, errorPrefix, Arrival));
        Assert.Equal("InvalidArgumentException", exception.Error.Code);
        Assert.Contains(message, exception.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prefix_longer_than_512_characters_is_refused()
    {
        var long512 = string.Concat(Enumerable.Repeat("0123456/", 64));
        Assert.Throws<ServiceException>(() => DestinationPrefixes.Parse(long512, null, Arrival));
        Assert.NotNull(DestinationPrefixes.Parse(long512[..(512 - 15)] + "/", null, Arrival));
    }

    [Theory]
    [InlineData("yyyy-MM-dd", "2026-03-09")]
    [InlineData("yy/M/d", "26/3/9")]
    [InlineData("HH:mm:ss.SSS", "04:05:06.789")]
    [InlineData("hh a", "04 AM")]
    [InlineData("EEE EEEE", "Mon Monday")]
    [InlineData("MMM MMMM", "Mar March")]
    [InlineData("DDD", "068")]
    [InlineData("'o''clock' ''", "o'clock '")]
    public void A_java_pattern_formats_as_java_does(string pattern, string expected) =>
        Assert.Equal(expected, JavaTimePattern.Parse(pattern).Format(Arrival.ToOffset(TimeSpan.FromHours(5))));

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, ".gz")]
    public void An_object_is_named_by_stream_version_time_and_uuid(bool gzip, string extension)
    {
        var compression = gzip ? Compression.Gzip : Compression.Uncompressed;
        var uuid = Guid.Parse("11111111-2222-4333-8444-555555555555");
        var stream = new StreamDefinition("orders", "", 3, Arrival, null, new Destination("", "lake", "p/", null, compression, 5, 300), []);
        Assert.Equal(
            $"p/2026/03/09/04/orders-3-2026-03-09-04-05-06-{uuid}{extension}",
            new ObjectNaming(() => uuid).NewKey(stream, Arrival, OutputPartition.Whole));
    }

    [Theory]
    [InlineData(null, "Asia/Tokyo", false, "p/2026/03/09/13/orders-3-2026-03-09-13-05-06-", "")]
    [InlineData("", "America/New_York", true, "p/2026/03/09/00/orders-3-2026-03-09-00-05-06-", ".gz")]
    [InlineData(".json", "", false, "p/2026/03/09/04/orders-3-2026-03-09-04-05-06-", ".json")]
    [InlineData(".json.gz", "Pacific/Pago_Pago", true, "p/2026/03/08/17/orders-3-2026-03-08-17-05-06-", ".json.gz")]
    public void Extension_and_time_zone_of_the_destination_are_in_the_name(
        string? extension, string? zone, bool gzip, string start, string end)
    {
        var compression = gzip ? Compression.Gzip : Compression.Uncompressed;
        var destination = new Destination("", "lake", "p/", null, compression, 5, 300) { FileExtension = extension, CustomTimeZone = zone };
        destination.Validate(Arrival);
        var stream = new StreamDefinition("orders", "", 3, Arrival, null, destination, []);
        var uuid = Guid.Parse("11111111-2222-4333-8444-555555555555");
        Assert.Equal($"{start}{uuid}{end}", new ObjectNaming(() => uuid).NewKey(stream, Arrival, OutputPartition.Whole));
    }

    [Fact]
    public void A_prefix_with_a_timestamp_is_in_the_destinations_time_zone()
    {
        var destination = new Destination("", "lake", "d=!{timestamp:yyyy-MM-dd'T'HH}/", Errors, Compression.Uncompressed, 5, 300)
        {
            CustomTimeZone = "Pacific/Auckland",
        };
        var stream = new StreamDefinition("orders", "", 1, Arrival, null, destination, []);
        Assert.StartsWith(
            "d=2026-03-09T17/orders-1-2026-03-09-17-05-06-",
            new ObjectNaming(Guid.NewGuid).NewKey(stream, Arrival, OutputPartition.Whole),
            StringComparison.Ordinal);
    }
}
