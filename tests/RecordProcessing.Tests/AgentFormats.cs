namespace Shipper.RecordProcessing.Tests;

/// <summary>
/// Which lines the agent takes for each of its formats, as expressions that match the whole line: what the scanner is compared with.
/// </summary>
internal static class AgentFormats
{
    private const string Month =
        "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?"
        + "|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";

    private const string Weekday = "(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)";
    private const string Day = "(?:0[1-9]|[12]\\d|3[01]|[1-9])";
    private const string Time = "(?:2[0-3]|[01]?\\d):[0-5]\\d:(?:[0-5]?\\d|60)(?:[:.,]\\d+)?";
    private const string Year = "[1-9]\\d*";
    private const string Word = "[\\w.-]+";
    private const string Host = "[\\w-]+(?:\\.[\\w-]+)*\\.?";
    private const string Number = "[+-]?\\d+|-";

    private const string Common =
        $"({Host}) ({Word}) ({Word}) \\[({Day}/{Month}/{Year}:{Time}\\s[+-]?\\d+)\\] \"([^\"]+)\" ({Number}) ({Number})";

    // A priority between time and host is skipped, where any character may stand between its digits.
    private const string Message = $"(?: <\\d+.\\d+>)? ({Word}) ([\\w./%-]+)(?:\\[([1-9]\\d*)\\])?: (.*)";

    /// <summary>The expression of a format, in Java's syntax; null for none.</summary>
    public static string? PatternOf(ProcessingType type) => type switch
    {
        ProcessingType.ApacheCommonToJson => $"{Common}.*",
        ProcessingType.ApacheCombinedToJson => $"{Common} \"([^\"]+)\" \"([^\"]+)\".*",
        ProcessingType.ApacheErrorToJson =>
            $"\\[({Weekday}\\s+{Month}\\s+{Day}\\s+{Time}\\s+{Year})\\] \\[(?:(\\w+):)?(\\w+)\\] \\[pid (\\d+)(?::tid (\\d+))?\\] "
            + $"\\[client ({Host}(?::[1-9]\\d*)?)\\] (.*)",
        ProcessingType.SyslogToJson => $"({Month}\\s+{Day}\\s+{Time}){Message}",
        ProcessingType.Rfc3339SyslogToJson =>
            $"(\\d{{4}}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)){Message}",
        _ => null,
    };
}
