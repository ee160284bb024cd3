using Shipper.ChangeFunction;
using Shipper.Foundation.Hosting;

return await GuardedRun.RunAsync(FunctionCommand.Program, () => new FunctionCommand().Root().RunAsync(args));
