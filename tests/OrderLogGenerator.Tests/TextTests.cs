using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class TextTests
{
    [Fact]
    public void Any_text_round_trips_through_JSON() => Prop.ForAll(AnyText, text =>
    {
        var buffer = new LineBuffer(8);
        buffer.Append((byte)'"');
        JsonText.Append(buffer, text);
        buffer.Append((byte)'"');
        return JsonSerializer.Deserialize<string>(buffer.Span) == text && !buffer.Span.Contains((byte)'\n');
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_without_line_breaks_round_trips_through_CSV() => Prop.ForAll(AnyText, AnyText, (first, second) =>
    {
        var (a, b) = (
            first.ReplaceLineEndings(" ").Replace('\r', ' ').Replace('\n', ' '),
            second.ReplaceLineEndings(" ").Replace('\r', ' ').Replace('\n', ' '));
        var buffer = new LineBuffer(8);
        CsvText.Append(buffer, a);
        buffer.Append((byte)',');
        CsvText.Append(buffer, b);
        return Csv.Fields(Encoding.UTF8.GetString(buffer.Span)).SequenceEqual([a, b]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_line_break_in_a_CSV_field_becomes_a_blank()
    {
        var buffer = new LineBuffer(8);
        CsvText.Append(buffer, "two\r\nlines");
        Assert.Equal("\"two  lines\"", Encoding.UTF8.GetString(buffer.Span));
    }

    [Fact]
    public void Integers_and_amounts_are_written_in_decimal() => Prop.ForAll<long, int>((number, hundredths) =>
    {
        var buffer = new LineBuffer(1);
        buffer.Append(number);
        buffer.Append((byte)' ');
        buffer.AppendHundredths(Math.Abs((long)hundredths));
        var expected = FormattableString.Invariant($"{number} {Math.Abs((long)hundredths) / 100m:F2}");
        return Encoding.UTF8.GetString(buffer.Span) == expected;
    }).QuickCheckThrowOnFailure();

    private static Arbitrary<string> AnyText =>
        Gen.Elements('a', 'Z', '0', ' ', ',', '"', '\\', '\n', '\r', '\t', '\u0001', '£', 'é', '漢', '\u2028').ListOf()
            .Select(characters => string.Concat(characters)).ToArbitrary();
}
