using System.CommandLine;
using System.Text.Json;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Commands;

/// <summary>The command line.</summary>
internal sealed class LakeCommands
{
    /// <summary>The program's name in its messages.</summary>
    public const string Program = "order-lake";

    private const int MostProblemsShown = 20;

    private readonly TransformArguments _transform = new();

    /// <summary>Creates the root command and its subcommands.</summary>
    public ExplainedProgram Root()
    {
        var root = new ExplainedProgram(
            Program,
            "Makes tables of raw order objects: Parquet by country and date, on an embedded engine.",
            LakeHelp.Examples,
            LakeHelp.Files,
            LakeHelp.ExitCodes);
        var transform = new ExplainedCommand("transform", "Take raw objects into tables.");
        var history = new ExplainedCommand(
            "history",
            "Take order lines into the table orders: JSON lines or CSV, plain or gzip. Each run takes the objects that are new.",
            LakeHelp.Examples,
            LakeHelp.Files,
            LakeHelp.ExitCodes);
        _transform.AddTo(history);
        history.SetAction(TransformHistoryAsync);
        transform.Subcommands.Add(history);
        root.Subcommands.Add(transform);
        return root;
    }

    private async Task<int> TransformHistoryAsync(ParseResult arguments, CancellationToken stopping)
    {
        var (raw, lake) = (Path.GetFullPath(arguments.GetValue(_transform.Raw)!), Path.GetFullPath(arguments.GetValue(_transform.Lake)!));
        if (IsBelow(lake, raw))
        {
            await Console.Error.ShowLineAsync(
                $"{Program}: the lake {lake} is in the directory of the raw objects {raw}, so its files would be read as objects; "
                + "name another");
            return ExitCodes.Usage;
        }

        try
        {
            var transform = new HistoryTransform(
                new DirectoryStore(raw), new LakeDirectory(lake), _transform.Read(arguments), TimeProvider.System);
            return await ShowAsync(await transform.RunAsync(stopping), arguments.GetValue(_transform.Json));
        }
        catch (RawStoreException exception)
        {
            await Console.Error.ShowLineAsync($"{Program}: the raw objects cannot be read: {exception.Message}");
            return LakeExitCodes.NoInput;
        }
    }

    private static async Task<int> ShowAsync(RunReport report, bool json)
    {
        await Console.Out.WriteLineAsync(json
            ? VisibleText.OfJson(JsonSerializer.Serialize(report, OutputJson.Options))
            : $"lake: {report.Summary()}");
        foreach (var (name, count) in report.AdditionalMembers.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            await Console.Error.ShowLineAsync($"{Program}: {count} records have the member {name}, of which no column is made");
        }

        foreach (var problem in report.Problems.Take(MostProblemsShown))
        {
            var line = problem.Line > 0 ? $", line {problem.Line}" : "";
            await Console.Error.ShowLineAsync($"{Program}: {problem.Object}{line}: {problem.Reason}: {problem.Detail}");
        }

        if (report.Problems.Count > MostProblemsShown)
        {
            await Console.Error.ShowLineAsync($"{Program}: and {report.Problems.Count - MostProblemsShown} more");
        }

        return report.Problems.Count > 0 ? LakeExitCodes.DamagedObjects : ExitCodes.Success;
    }

    private static bool IsBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);
}
