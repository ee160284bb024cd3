using System.Globalization;
using BenchmarkDotNet.Running;
using Shipper.Bench;

return args is ["checkpoints", var directory, var streams]
    ? await KnownStreams.WriteAsync(directory, int.Parse(streams, CultureInfo.InvariantCulture))
    : BenchmarkSwitcher.FromAssembly(typeof(PackingBenchmarks).Assembly).Run(args).Any() ? 0 : 1;
