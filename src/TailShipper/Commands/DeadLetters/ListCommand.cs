using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters list</c>.</summary>
internal static partial class DeadLettersCommand
{
    /// <summary>What nobody could read; as <see cref="ExplainCommand"/>'s.</summary>
    public const int NobodyKnows = 2;

    /// <summary>Prints what lies there: a line for each flow and reason, or for each letter. 0, also when there is none; 2 when not all can be read.</summary>
    public static int List(ShipperSetup setup, LetterFilter filter, bool each, bool all, bool json, TextWriter output) => Guarded(setup, directory =>
    {
        var marks = ResentDeadLetters.Load(directory);
        var shelf = new LetterShelf(directory);
        var groups = new Dictionary<(string Flow, string Reason, bool Resent), LetterGroup>();
        var (shown, header) = (0L, false);
        foreach (var letter in shelf.Read(filter.Flow).Where(filter.Takes))
        {
            var resent = marks.Contains(letter.Id);
            if (resent && !all)
            {
                continue;
            }

            shown++;
            if (each)
            {
                output.WriteLine(json ? JsonSerializer.Serialize(Described(letter, resent), Json) : Line(letter, resent, ref header));
                continue;
            }

            var key = (letter.Flow, Numbers().Replace(letter.Letter.Reason, "#"), resent);
            groups.TryAdd(key, new LetterGroup());
            groups[key].Add(letter);
        }

        foreach (var ((flow, reason, resent), group) in groups.OrderBy(group => group.Key.Flow, StringComparer.Ordinal).ThenByDescending(group => group.Value.Letters))
        {
            output.WriteLine(json ? JsonSerializer.Serialize(group.Described(flow, reason, resent), Json) : group.Line(flow, reason, resent, ref header));
        }

        if (shown == 0 && !json)
        {
            output.WriteLine($"No dead letters{(all ? "" : " that wait to be resent")} in {directory}.");
        }

        return Say(shelf);
    });

    /// <summary>Runs on the directory of dead letters, and says in words what keeps this user out of it.</summary>
    internal static int Guarded(ShipperSetup setup, Func<string, int> work)
    {
        var directory = ShipperDirectories.DeadLetters(setup.Options);
        try
        {
            return work(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse(directory, exception);
        }
    }

    /// <summary>Says why not.</summary>
    internal static int Refuse(string directory, Exception exception)
    {
        Console.Error.WriteLine($"tailshipper: the dead letters in {directory} cannot be used ({exception.Message.TrimEnd('.')}); ask as the service's user or as root");
        return NobodyKnows;
    }

    /// <summary>Says what could not be read.</summary>
    internal static int Say(LetterShelf shelf)
    {
        foreach (var problem in shelf.Problems)
        {
            Console.Error.WriteLine($"tailshipper: {problem}");
        }

        return shelf.IsBlind ? NobodyKnows : ExitCodes.Success;
    }

    /// <summary>A letter as JSON.</summary>
    internal static object Described(StoredDeadLetter letter, bool resent) => new
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

    /// <summary>How commands write JSON.</summary>
    internal static JsonSerializerOptions Json { get; } = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Line(StoredDeadLetter letter, bool resent, ref bool header)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{letter.Id[..12],-12} {letter.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {letter.Flow,-16} {letter.Bytes,9:N0} {(resent ? "resent" : "waits"),-6} {Printable.Text(letter.Letter.Path)} [{letter.Letter.Span.Start}, {letter.Letter.Span.End}): {Printable.Text(letter.Letter.Reason)}");
        var first = header ? "" : $"{"LETTER",-12} {"WHEN (UTC)",-20} {"FLOW",-16} {"BYTES",9} {"STATE",-6} FILE [FROM, TO): REASON{Environment.NewLine}";
        header = true;
        return first + line;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
