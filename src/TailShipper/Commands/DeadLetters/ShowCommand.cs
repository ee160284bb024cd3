using System.Globalization;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters show</c>.</summary>
internal static class ShowLetterCommand
{
    /// <summary>Prints one letter and its bytes, or with <paramref name="raw"/> its bytes alone, exactly. 0; 1 when there is no such letter; 2 when nobody can say which.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="id">Its id, or the beginning of it.</param>
    /// <param name="raw">Only the bytes.</param>
    /// <param name="line">The whole line, where the letter holds a part of one.</param>
    /// <param name="output">For a person.</param>
    /// <param name="bytes">For the bytes.</param>
    public static int Run(ShipperSetup setup, string id, bool raw, bool line, TextWriter output, Func<Stream> bytes) => DeadLettersCommand.Guarded(setup, directory =>
    {
        var shelf = new LetterShelf(directory);
        var found = shelf.Read().Where(letter => letter.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        if (found.Count != 1)
        {
            var blind = DeadLettersCommand.Say(shelf);
            Console.Error.WriteLine(found.Count == 0 ? $"tailshipper: there is no dead letter {id} in {directory}" : $"tailshipper: more than one dead letter begins with {id}; write more of it");
            return found.Count > 1 || blind != 0 ? DeadLettersCommand.NobodyKnows : ExitCodes.Fault;
        }

        var letters = line && found[0].Letter.Line is not null ? WholeLine(directory, found[0]) : [found[0]];
        if (letters is null)
        {
            Console.Error.WriteLine("tailshipper: the other parts of its line are not all there");
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

        Print(found[0], ResentDeadLetters.Load(directory).Contains(found[0].Id), output);
        foreach (var letter in letters)
        {
            output.Write(Printable.Bytes(letter.Read()));
        }

        output.WriteLine();
        return ExitCodes.Success;
    });

    private static IReadOnlyList<StoredDeadLetter>? WholeLine(string directory, StoredDeadLetter part)
    {
        var parts = new LetterParts();
        return new LetterShelf(directory).Read(part.Flow)
            .Where(letter => letter.Letter.Line == part.Letter.Line && letter.Letter.Stream == part.Letter.Stream)
            .Select(parts.Add).FirstOrDefault(whole => whole is not null)?.Parts;
    }

    private static void Print(StoredDeadLetter stored, bool resent, TextWriter output)
    {
        var letter = stored.Letter;
        var line = letter.Line is { } whole ? Invariant($"part of the line [{whole.Start}, {whole.End}), {whole.Length} bytes{Environment.NewLine}  ") : "";
        output.WriteLine(stored.Id);
        output.WriteLine(Invariant($"  flow {stored.Flow}, set aside {stored.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}, {(resent ? "resent" : "not resent")}"));
        output.WriteLine(Invariant($"  bytes [{letter.Span.Start}, {letter.Span.End}) of stream {letter.Stream.Number}, last seen at {Printable.Text(letter.Path)}"));
        output.WriteLine($"  {line}reason: {Printable.Text(letter.Reason)}");
        output.WriteLine(Invariant($"  in {stored.File}: {stored.Bytes} bytes{(letter.Encoding is { } encoding ? $" as they stand in the file, in {encoding}" : "")}"));
        output.WriteLine();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
