using Shipper.Foundation.Hosting;
using Shipper.OrderLogGenerator.Hosting;

return await GuardedRun.RunAsync("order-log-generator", () => new GeneratorCommands().Root().RunAsync(args));
