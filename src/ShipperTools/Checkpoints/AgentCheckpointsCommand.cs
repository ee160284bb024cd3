using System.CommandLine;
using System.Text.Json;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;

namespace Shipper.ShipperTools.Checkpoints;

/// <summary><c>tailshipper-tools agent-checkpoints</c>: the rows of a Kinesis Agent's checkpoint database.</summary>
internal static class AgentCheckpointsCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The database, such as /var/run/aws-kinesis-agent/checkpoints." };
        var command = new ExplainedCommand(
            "agent-checkpoints",
            "Print each row of a Kinesis Agent's checkpoint database as a JSON object. The database is not changed.",
            HelpSection.ExitCodes(new("0", "printed, also when there is no row"), new("2", "the database cannot be read")))
        { file };
        command.SetAction(result => Print(result.GetValue(file)!, Console.Out, Console.Error));
        return command;
    }

    /// <summary>Prints the rows; the result is the exit code. Nothing is printed of a database that cannot be read to its end.</summary>
    public static int Print(string file, TextWriter output, TextWriter errors)
    {
        IReadOnlyList<CheckpointRow> rows;
        try
        {
            rows = CheckpointDatabase.Read(file);
        }
        catch (CheckpointDatabaseException exception)
        {
            errors.ShowLine($"tailshipper-tools: {exception.Message}");
            return ExitCodes.Undetermined;
        }

        foreach (var row in rows)
        {
            output.WriteLine(VisibleText.OfJson(JsonSerializer.Serialize(row, CheckpointRowJson.Output.CheckpointRow)));
        }

        return ExitCodes.Success;
    }
}
