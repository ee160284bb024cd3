using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.OrderLogGenerator.Hosting;

var arguments = new GeneratorCommands().Root().Parse(args);

return await GuardedRun.RunAsync("order-log-generator", async () =>
{
    // The host owns the signals and GuardedRun what is thrown.
    var handling = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    var code = await arguments.InvokeAsync(handling);
    return arguments.Errors.Count > 0 ? ExitCodes.Usage : code;
});
