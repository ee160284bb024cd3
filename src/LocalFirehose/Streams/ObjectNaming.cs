using System.Globalization;

namespace Shipper.LocalFirehose.Streams;

/// <summary>
/// Names objects: <c>&lt;prefix&gt;&lt;stream&gt;-&lt;version&gt;-yyyy-MM-dd-HH-mm-ss-&lt;uuid&gt;[.gz]</c>, times in the
/// destination's zone.
/// </summary>
/// <param name="newUuid">Generates uuids; a repeated one within a second would overwrite an object.</param>
internal sealed class ObjectNaming(Func<Guid> newUuid)
{
    /// <summary>The key of an object whose first record arrived at <paramref name="arrival"/>.</summary>
    public string NewKey(StreamDefinition stream, DateTimeOffset arrival, OutputPartition partition)
    {
        var destination = stream.Destination;
        var uuid = newUuid();
        var clock = destination.ClockTime(arrival);
        var prefix = DestinationPrefixes
            .Parse(destination.Prefix, destination.ErrorOutputPrefix, clock, destination.IsPartitioned)
            .Evaluate(clock, RandomString(newUuid()), partition);
        var time = clock.ToString("yyyy-MM-dd-HH-mm-ss", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture, $"{prefix}{stream.Name}-{stream.Version}-{time}-{uuid}{destination.Extension}");
    }

    private static string RandomString(Guid source)
    {
        // Uses only the random bytes of the uuid; bytes 7 and 8 contain its version and variant.
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        Span<byte> bytes = stackalloc byte[16];
        source.TryWriteBytes(bytes);
        Span<char> text = stackalloc char[DestinationPrefixes.RandomStringLength];
        for (int index = 0, from = 0; index < text.Length; index++, from++)
        {
            from += from is 7 or 8 ? 1 : 0;
            text[index] = Letters[bytes[from] % Letters.Length];
        }

        return new string(text);
    }
}
