using Shipper.OrderLogGenerator.Catalog;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Orders;

/// <summary>
/// Invented people, one flat object each, without passwords. Mail addresses are under example.com (RFC 2606) and telephone
/// numbers under 555-01xx, which are reserved for fiction.
/// </summary>
internal sealed class UserEventLines : ILineSource
{
    private const int MinAge = 18;
    private const int AgeSpan = 63;

    private readonly IInvoiceSchedule _schedule;
    private readonly SeededRandom _random;
    private readonly LineEnding _ending;
    private readonly People _people;

    /// <summary>Times come from <paramref name="schedule"/>.</summary>
    public UserEventLines(People people, IInvoiceSchedule schedule, SeededRandom random, bool sequence) =>
        (_people, _schedule, _random, _ending) = (people, schedule, random, LineEnding.Json(sequence));

    /// <inheritdoc/>
    public int Append(LineBuffer buffer, int lines, TimeSpan elapsed)
    {
        var appended = 0;
        for (; appended < lines && buffer.Length < ILineSource.BatchBytes; appended++)
        {
            AppendLine(buffer);
        }

        return appended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void AppendLine(LineBuffer buffer)
    {
        var first = _people.FirstNames[_random.Below(_people.FirstNames.Count)];
        var family = _people.FamilyNames[_random.Below(_people.FamilyNames.Count)];
        var (town, country) = _people.Towns[_random.Below(_people.Towns.Count)];
        var number = _random.Below(10_000);
        var date = _schedule.Next().Date;

        buffer.Append("{\"user_id\":"u8);
        buffer.Append((long)(1 + _random.Below(1_000_000)));
        AppendText(buffer, ",\"first_name\":\""u8, first);
        AppendText(buffer, ",\"last_name\":\""u8, family);
        AppendText(buffer, ",\"username\":\""u8, first, number);
        buffer.Append(",\"email\":\""u8);
        JsonText.Append(buffer, first);
        buffer.Append((byte)'.');
        JsonText.Append(buffer, family);
        buffer.Append((long)number);
        buffer.Append("@example.com\",\"phone\":\"555-01"u8);
        buffer.AppendTwoDigits(_random.Below(100));
        buffer.Append("\",\"age\":"u8);
        buffer.Append((long)(MinAge + _random.Below(AgeSpan)));
        AppendText(buffer, ",\"city\":\""u8, town);
        AppendText(buffer, ",\"country\":\""u8, country);
        buffer.Append(",\"p_date\":\""u8);
        TimestampText.AppendDate(buffer, date);
        buffer.Append("\",\"p_time\":\""u8);
        TimestampText.AppendTime(buffer, date);
        buffer.Append((byte)'"');
        _ending.Append(buffer);
    }

    private static void AppendText(LineBuffer buffer, ReadOnlySpan<byte> lead, string text, int? number = null)
    {
        buffer.Append(lead);
        JsonText.Append(buffer, text);
        if (number is { } digits)
        {
            buffer.Append((long)digits);
        }

        buffer.Append((byte)'"');
    }
}

/// <summary>Names and towns of invented people (<c>people.tsv</c>).</summary>
internal sealed class People
{
    private People(List<string[]> rows)
    {
        FirstNames = [.. rows.Where(row => row[0] == "first").Select(row => row[1])];
        FamilyNames = [.. rows.Where(row => row[0] == "family").Select(row => row[1])];
        Towns = [.. rows.Where(row => row[0] == "town").Select(row => (row[1], row[2]))];
    }

    /// <summary>First names, ASCII.</summary>
    public IReadOnlyList<string> FirstNames { get; }

    /// <summary>Family names, ASCII.</summary>
    public IReadOnlyList<string> FamilyNames { get; }

    /// <summary>Towns with their countries; some are not ASCII.</summary>
    public IReadOnlyList<(string Town, string Country)> Towns { get; }

    /// <summary>Reads the embedded table.</summary>
    public static People Load() => new([.. CatalogTable.Rows("people.tsv")]);
}
