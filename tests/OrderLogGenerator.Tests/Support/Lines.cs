using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Hosting;

namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>The lines of a source, without writing files.</summary>
internal static class Lines
{
    public static byte[] Bytes(GeneratorOptions options, int lines, TimeProvider? time = null)
    {
        using var source = LineSources.Create(
            options, time ?? new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero)), NullLogger.Instance);
        var all = new MemoryStream();
        var batch = new LineBuffer(ILineSource.BatchBytes);
        while (lines > 0)
        {
            var appended = source.Append(batch, lines, TimeSpan.Zero);
            if (appended == 0)
            {
                break;
            }

            lines -= appended;
            all.Write(batch.Span);
            batch.Clear();
        }

        return all.ToArray();
    }

    public static string[] Text(GeneratorOptions options, int lines, TimeProvider? time = null) => Split(Bytes(options, lines, time));

    public static string[] Split(byte[] bytes) =>
        Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static List<JsonElement> Json(GeneratorOptions options, int lines, TimeProvider? time = null) =>
        [.. Text(options, lines, time).Select(line => JsonDocument.Parse(line).RootElement)];

    public static GeneratorOptions Business(LineFormat format = LineFormat.RetailJson, long seed = 1) =>
        new() { Format = format, Clock = ClockKind.Business, Seed = seed };
}
