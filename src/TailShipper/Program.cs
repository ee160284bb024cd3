using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Commands;


return await GuardedRun.RunAsync("tailshipper", () => ShipperCommands.InvokeAsync(args));
