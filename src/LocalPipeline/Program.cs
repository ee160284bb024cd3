using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Running;

return await GuardedRun.RunAsync(CommandLine.Program, async () =>
{
    var parsed = new CommandLine().Root(PipelineCommand.RunAsync).Parse(args, ExplainedProgram.Parsing);
    if (parsed.Errors is [var error, ..])
    {
        await Console.Error.WriteLineAsync($"{CommandLine.Program}: {error.Message} (see {CommandLine.Program} --help)");
        return ExitCodes.Usage;
    }

    // The run handles signals, and GuardedRun handles exceptions.
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
});
