using Shipper.Foundation.Hosting;
using Shipper.ShipperTools.Hosting;

return await GuardedRun.RunAsync("tailshipper-tools", () => ToolCommands.Root().RunAsync(args));
