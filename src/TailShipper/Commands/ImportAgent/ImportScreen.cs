using System.Globalization;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared.AgentImport;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary>Prints what the import does, line by line.</summary>
internal static class ImportScreen
{
    private const string Indent = "    ";
    private const int Width = 110;

    /// <summary>What becomes of each key.</summary>
    public static void Write(ImportedConfiguration import, TextWriter output)
    {
        output.ShowLine($"The agent's configuration: {string.Join(", ", import.Agent.Files)}");
        foreach (var line in import.Lines)
        {
            output.WriteLine();
            var value = line.Value is not null ? $" = {OneLine(line.Value)}" : line.Key.StartsWith('(') ? "" : " is not set";
            output.ShowLine(line.Place + value);
            var word = line.Key == "flows" ? AgentKeyFate.Taken.Word() : line.Fate.Word();
            if (line.Settings.Count == 0)
            {
                output.ShowLine($"{Indent}{word}");
            }

            foreach (var setting in line.Settings)
            {
                output.ShowLine($"{Indent}{word}: {setting.Key} = {(setting.Shown.Length == 0 ? "\"\"" : setting.Shown)}");
            }

            WriteText(string.Join(' ', [.. line.Notes, line.Row.Text]), output);
        }

        foreach (var notice in import.Agent.Notices)
        {
            output.WriteLine();
            output.ShowLine($"WARNING: {notice.Place}");
            WriteText(notice.Text, output);
        }
    }

    /// <summary>What becomes of the checkpoints.</summary>
    public static void Write(string source, IReadOnlyList<FlowPlan> plans, IReadOnlyList<AgentRow> homeless, TextWriter output)
    {
        output.WriteLine();
        output.ShowLine(source);
        foreach (var plan in plans)
        {
            output.WriteLine();
            output.ShowLine(plan.Flow);
            if (!plan.HasRows)
            {
                output.ShowLine($"{Indent}no checkpoint: files that are there begin where InitialPosition says, as with the agent");
            }

            foreach (var stream in plan.Streams)
            {
                output.ShowLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Indent}{(stream.IsVerified ? "verified" : "NOT VERIFIED")}  {stream.Path}, {stream.Stat.Size} bytes: "
                    + $"{Goes(stream)}"));
                output.ShowLine($"{Indent}{Indent}{stream.Text}");
            }

            foreach (var gone in plan.Gone)
            {
                output.ShowLine($"{Indent}gone  {gone}");
            }
        }

        foreach (var row in homeless)
        {
            output.ShowLine(
                $"WARNING: the checkpoint of {row.Path} is of {row.Flow}, which is no flow of this configuration: it is left out");
        }
    }

    private static string Goes(StreamPlan stream) => stream.Committed is { } offset
        ? string.Create(CultureInfo.InvariantCulture, $"continues at {offset}") : "to be chosen";

    private static string OneLine(string value)
    {
        var flat = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return value.Length > 0 && flat.Length == 0 ? "white space" : flat;
    }

    private static void WriteText(string text, TextWriter output)
    {
        var line = Indent;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + word.Length + 1 > Width && line.Length > Indent.Length)
            {
                output.ShowLine(line.TrimEnd());
                line = Indent;
            }

            line += word + " ";
        }

        if (line.Length > Indent.Length)
        {
            output.ShowLine(line.TrimEnd());
        }
    }
}
