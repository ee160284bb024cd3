using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters show</c>.</summary>
internal static class ShowCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var id = new Argument<string>("ID") { Description = "Its id as list --each shows it, or as much of it as is unique." };
        var raw = new Option<bool>("--raw") { Description = "Write its bytes to standard output, exactly, and nothing else." };
        var line = new Option<bool>("--line") { Description = "If it holds a part of a long line: the whole line." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object, with the bytes in base64 as data." };
        var command = new ExplainedCommand(
            "show",
            "Show one dead letter and its bytes.",
            HelpSection.ExitCodes(
                new("0", "shown"), new("1", "there is no such dead letter"), new("2", "cannot be determined"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper deadletters show ID --raw > line", "its bytes, exactly")))
        { id, raw, line, json };
        command.SetAction(result => Run(
            loader.Load(result), result.GetValue(id)!, result.GetValue(raw), result.GetValue(line), result.GetValue(json),
            Console.Out, Console.OpenStandardOutput));
        return command;
    }

    /// <summary>
    /// Prints one letter and its bytes, or with <paramref name="raw"/> its bytes alone, exactly. 0; 1 when there is no such letter; 2 when
    /// that cannot be determined.
    /// </summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="id">Its id, or the beginning of it.</param>
    /// <param name="raw">Only the bytes.</param>
    /// <param name="line">The whole line, where the letter holds a part of one.</param>
    /// <param name="json">Everything as one JSON object.</param>
    /// <param name="output">For a person.</param>
    /// <param name="bytes">For the bytes.</param>
    public static int Run(
        ShipperSetup setup, string id, bool raw, bool line, bool json, TextWriter output, Func<Stream> bytes) =>
        DeadLettersCommand.Guarded(setup, directory =>
    {
        var store = new DeadLetterStore(directory);
        var found = store.Read().Where(letter => letter.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        if (found.Count != 1)
        {
            var blind = DeadLettersCommand.ReportProblems(store);
            Console.Error.ShowLine(
                found.Count == 0
                    ? $"tailshipper: there is no dead letter {id} in {directory}"
                    : $"tailshipper: more than one dead letter begins with {id}; write more of it");
            return found.Count > 1 || blind != 0 ? ExitCodes.Undetermined : ExitCodes.Fault;
        }

        var letters = line && found[0].Letter.Line is not null ? WholeLine(directory, found[0]) : [found[0]];
        if (letters is null)
        {
            Console.Error.ShowLine("tailshipper: the other parts of its line are not all there");
            return ExitCodes.Fault;
        }

        if (raw)
        {
            using var stream = bytes();
            foreach (var letter in letters)
            {
                stream.Write(letter.Read());
            }

            return ExitCodes.Success;
        }

        var resent = ResentDeadLetters.Load(directory).Contains(found[0].Id);
        if (json)
        {
            PrintJson(found[0], resent, letters, output);
            return ExitCodes.Success;
        }

        Print(found[0], resent, output);
        foreach (var letter in letters)
        {
            output.Write(VisibleText.OfLines(letter.Read()));
        }

        output.WriteLine();
        return ExitCodes.Success;
    });

    private static void PrintJson(StoredDeadLetter stored, bool resent, IReadOnlyList<StoredDeadLetter> letters, TextWriter output) =>
        output.PrintJson(document =>
        {
            var letter = stored.Letter;
            document.WriteString("id", stored.Id);
            document.WriteString("at", stored.At);
            document.WriteString("flow", stored.Flow);
            DeadLetterMembers.Write(document, letter);
            document.WriteString("reason", letter.Reason);
            document.WriteBoolean("resent", resent);
            document.WriteString("file", stored.File);
            document.WriteBase64String("data", [.. letters.SelectMany(part => part.Read())]);
        });

    private static IReadOnlyList<StoredDeadLetter>? WholeLine(string directory, StoredDeadLetter part)
    {
        var parts = new PartialLineAssembler();
        return new DeadLetterStore(directory).Read(part.Flow)
            .Where(letter => letter.Letter.Line == part.Letter.Line && letter.Letter.Stream == part.Letter.Stream)
            .Select(parts.Add).FirstOrDefault(whole => whole is not null)?.Parts;
    }

    private static void Print(StoredDeadLetter stored, bool resent, TextWriter output)
    {
        var letter = stored.Letter;
        output.ShowLine(stored.Id);
        output.ShowLine(
            $"  flow {stored.Flow}, set aside {stored.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}, "
                + $"{(resent ? "resent" : "not resent")}");
        output.ShowLine(
            $"  bytes [{letter.Span.Start}, {letter.Span.End}) of stream {letter.Stream.Number}, last seen at "
                + letter.Path);
        if (letter.Line is { } whole)
        {
            output.ShowLine($"  part of the line [{whole.Start}, {whole.End}), {HumanNumbers.Of(whole.Length, "byte")}");
        }

        output.ShowLine($"  reason: {letter.Reason}");
        output.ShowLine(
            $"  in {stored.File}: {stored.Bytes} "
                + $"bytes{(letter.Encoding is { } encoding ? $" as they stand in the file, in {encoding}" : "")}");
        output.WriteLine();
    }
}
