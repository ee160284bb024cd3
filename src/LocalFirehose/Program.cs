using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.LocalFirehose.Hosting;
using Shipper.LocalFirehose.Protocol;

return await GuardedRun.RunAsync(CommandLine.Program, async () =>
{
    var parsed = CommandLine.Build().Parse(args, ExplainedProgram.Parsing);
    if (parsed.Errors.Count > 0)
    {
        await parsed.InvokeAsync();
        return ExitCodes.Usage;
    }

    // GuardedRun handles exceptions, and the host handles signals.
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
});
