using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Hosting;

return await GuardedRun.RunAsync("tailshipper", () => ShipperCommands.InvokeAsync(args));
