using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters list</c>.</summary>
internal static partial class ListCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var filter = new FilterOptions();
        var each = new Option<bool>("--each") { Description = "A line for each dead letter instead of one for each flow and reason." };
        var all = new Option<bool>("--all") { Description = "Also dead letters that were resent." };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new ExplainedCommand(
            "list",
            "List dead letters. Works whether or not the service runs.",
            HelpSection.ExitCodes(new("0", "listed, also when there are none"), new("2", "not all could be read"), ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper deadletters list", "how many, by flow and reason"),
                new("tailshipper deadletters list --each --flow orders", "one by one, with their ids")))
            { filter.Flow, filter.Since, filter.Reason, each, all, json };
        command.SetAction(result => List(
            loader.Load(result), filter.Of(result), result.GetValue(each), result.GetValue(all), result.GetValue(json), Console.Out));
        return command;
    }

    /// <summary>
    /// Prints a line for each flow and reason, or for each dead letter. 0, also when there is none; 2 when not all can be read.
    /// </summary>
    public static int List(ShipperSetup setup, DeadLetterFilter filter, bool each, bool all, bool json, TextWriter output) =>
        DeadLettersCommand.Guarded(setup, directory =>
    {
        var marks = ResentDeadLetters.Load(directory);
        var store = new DeadLetterStore(directory);
        var groups = new Dictionary<(string Flow, string Reason, bool Resent), DeadLetterSummary>();
        var (shown, header) = (0L, false);
        foreach (var letter in store.Read(filter.Flow).Where(filter.Takes))
        {
            var resent = marks.Contains(letter.Id);
            if (resent && !all)
            {
                continue;
            }

            shown++;
            if (each)
            {
                Print(
                    json, ref header, $"{"ID",-12} {"WHEN (UTC)",-20} {"FLOW",-16} {"BYTES",9} {"STATE",-6} FILE [FROM, TO): REASON",
                    Described(letter, resent), Line(letter, resent), output);
                continue;
            }

            var key = (letter.Flow, Numbers().Replace(letter.Letter.Reason, "#"), resent);
            groups.TryAdd(key, new DeadLetterSummary());
            groups[key].Add(letter);
        }

        foreach (var ((flow, reason, resent), group) in groups.OrderBy(group => group.Key.Flow, StringComparer.Ordinal)
            .ThenByDescending(group => group.Value.Letters))
        {
            Print(
                json, ref header,
                $"{"FLOW",-16} {"COUNT",9} {"BYTES",14} {"STATE",-6} {"OLDEST (UTC)",-20} {"NEWEST (UTC)",-20} REASON",
                group.Described(flow, reason, resent), group.Line(flow, reason, resent), output);
        }

        if (shown == 0 && !json)
        {
            output.ShowLine($"No dead letters{(all ? "" : " that wait to be resent")} in {directory}.");
        }

        return DeadLettersCommand.ReportProblems(store);
    });

    /// <summary>Prints JSON or a line of a table, whose head comes before the first.</summary>
    private static void Print(bool json, ref bool header, string head, object described, string line, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(VisibleText.OfJson(JsonSerializer.Serialize(described, OutputJson.Options)));
            return;
        }

        if (!header)
        {
            output.ShowLine(head);
        }

        header = true;
        output.ShowLine(line);
    }

    /// <summary>A dead letter as JSON.</summary>
    private static object Described(StoredDeadLetter letter, bool resent) => new
    {
        id = letter.Id,
        at = letter.At,
        flow = letter.Flow,
        path = letter.Letter.Path,
        stream = letter.Letter.Stream.Number,
        start = letter.Letter.Span.Start,
        end = letter.Letter.Span.End,
        line_start = letter.Letter.Line?.Start,
        line_end = letter.Letter.Line?.End,
        encoding = letter.Letter.Encoding,
        bytes = letter.Bytes,
        reason = letter.Letter.Reason,
        resent,
        file = letter.File,
    };

    private static string Line(StoredDeadLetter letter, bool resent) => string.Create(
            CultureInfo.InvariantCulture,
            $"{letter.Id[..12],-12} {letter.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {letter.Flow,-16} {letter.Bytes,9:N0} "
            + $"{(resent ? "resent" : "waits"),-6} {letter.Letter.Path} [{letter.Letter.Span.Start}, "
            + $"{letter.Letter.Span.End}): {letter.Letter.Reason}");

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}

/// <summary>Dead letters of one flow and one reason, summed up for a person.</summary>
internal sealed class DeadLetterSummary
{
    private DateTimeOffset _oldest = DateTimeOffset.MaxValue;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private long _bytes;

    /// <summary>How many.</summary>
    public long Letters { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(StoredDeadLetter letter)
    {
        Letters++;
        _bytes += letter.Bytes;
        _oldest = letter.At < _oldest ? letter.At : _oldest;
        _newest = letter.At > _newest ? letter.At : _newest;
    }

    /// <summary>As JSON.</summary>
    public object Described(string flow, string reason, bool resent) =>
        new { flow, reason, resent, letters = Letters, bytes = _bytes, oldest = _oldest, newest = _newest };

    /// <summary>As a line of a table.</summary>
    public string Line(string flow, string reason, bool resent) => string.Create(
            CultureInfo.InvariantCulture,
            $"{flow,-16} {Letters,9:N0} {_bytes,14:N0} {(resent ? "resent" : "waits"),-6} {_oldest.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} "
            + $"{_newest.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {reason}");

}
