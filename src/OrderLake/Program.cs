using Shipper.Foundation.Hosting;
using Shipper.OrderLake.Commands;

return await GuardedRun.RunAsync(LakeCommands.Program, () => new LakeCommands().Root().RunAsync(args));
