using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
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
        var each = new Option<bool>("--each")
        {
            Description = "A line for each dead letter, and each part of a long one, instead of one for each flow and reason.",
        };
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
                    Json(letter, resent), Line(letter, resent), output);
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
                group.Json(flow, reason, resent), group.Line(flow, reason, resent), output);
        }

        if (shown == 0 && !json)
        {
            output.ShowLine($"No dead letters{(all ? "" : " that wait to be resent")} in {directory}.");
        }

        return DeadLettersCommand.ReportProblems(store);
    });

    /// <summary>Prints JSON or a line of a table, whose head comes before the first.</summary>
    private static void Print(bool json, ref bool header, string head, string document, string line, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(VisibleText.OfJson(document));
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
    private static string Json(StoredDeadLetter letter, bool resent) => JsonSerializer.Serialize(
        new ListedDeadLetter(
            letter.Id, letter.At, letter.Flow, letter.Letter.Path, letter.Letter.Stream.Number, letter.Letter.Span.Start,
            letter.Letter.Span.End, letter.Letter.Line?.Start, letter.Letter.Line?.End, letter.Letter.Encoding, letter.Bytes,
            letter.Letter.Reason, resent, letter.File),
        DeadLetterListJson.Output.ListedDeadLetter);

    private static string Line(StoredDeadLetter letter, bool resent) => string.Create(
            CultureInfo.InvariantCulture,
            $"{letter.Id[..12],-12} {letter.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {letter.Flow,-16} {letter.Bytes,9:N0} "
            + $"{(resent ? "resent" : "waits"),-6} {letter.Letter.Path} [{letter.Letter.Span.Start}, "
            + $"{letter.Letter.Span.End}): {letter.Letter.Reason}");

    [GeneratedRegex("[0-9][0-9,]*")]
    private static partial Regex Numbers();
}

/// <summary>Dead letters of one flow and one reason, summed up for a person.</summary>
internal sealed class DeadLetterSummary
{
    private DateTimeOffset _oldest = DateTimeOffset.MaxValue;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private readonly LetterCount _count = new();
    private long _bytes;

    /// <summary>How many; a long line that is stored in parts is one.</summary>
    public long Letters => _count.Total;

    /// <summary>Adds one.</summary>
    public void Add(StoredDeadLetter letter)
    {
        _count.Add(letter);
        _bytes += letter.Bytes;
        _oldest = letter.At < _oldest ? letter.At : _oldest;
        _newest = letter.At > _newest ? letter.At : _newest;
    }

    /// <summary>As JSON.</summary>
    public string Json(string flow, string reason, bool resent) => JsonSerializer.Serialize(
        new ListedDeadLetters(flow, reason, resent, Letters, _bytes, _oldest, _newest), DeadLetterListJson.Output.ListedDeadLetters);

    /// <summary>As a line of a table.</summary>
    public string Line(string flow, string reason, bool resent) => string.Create(
            CultureInfo.InvariantCulture,
            $"{flow,-16} {Letters,9:N0} {_bytes,14:N0} {(resent ? "resent" : "waits"),-6} {_oldest.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} "
            + $"{_newest.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {reason}");

}

/// <summary>A dead letter as <c>deadletters list --each --json</c> prints it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="Flow">The flow's name.</param>
/// <param name="Path">The file that it was read from.</param>
/// <param name="Stream">The stream's number.</param>
/// <param name="Start">Its first byte in the file.</param>
/// <param name="End">The byte after its last.</param>
/// <param name="LineStart">The first byte of the line that it is a part of; null where it is whole.</param>
/// <param name="LineEnd">The byte after that line's last.</param>
/// <param name="Encoding">How the file was read.</param>
/// <param name="Bytes">Its length as it is stored.</param>
/// <param name="Reason">Why it could not be delivered.</param>
/// <param name="Resent">Whether it was resent.</param>
/// <param name="File">The file that it is stored in.</param>
internal sealed record ListedDeadLetter(
    string Id, DateTimeOffset At, string Flow, string Path, long Stream, long Start, long End, long? LineStart, long? LineEnd,
    string? Encoding, long Bytes, string Reason, bool Resent, string File);

/// <summary>The dead letters of a flow and reason as <c>deadletters list --json</c> prints them.</summary>
/// <param name="Flow">The flow's name.</param>
/// <param name="Reason">Why they could not be delivered.</param>
/// <param name="Resent">Whether they were resent.</param>
/// <param name="Letters">How many.</param>
/// <param name="Bytes">Of all.</param>
/// <param name="Oldest">When the first was made, UTC.</param>
/// <param name="Newest">When the last was made, UTC.</param>
internal sealed record ListedDeadLetters(
    string Flow, string Reason, bool Resent, long Letters, long Bytes, DateTimeOffset Oldest, DateTimeOffset Newest);

/// <summary>Their JSON form.</summary>
[JsonSerializable(typeof(ListedDeadLetter))]
[JsonSerializable(typeof(ListedDeadLetters))]
internal sealed partial class DeadLetterListJson : JsonSerializerContext
{
    /// <summary>As <see cref="OutputJson"/> has it.</summary>
    public static DeadLetterListJson Output { get; } = new(new JsonSerializerOptions(OutputJson.Options));
}
