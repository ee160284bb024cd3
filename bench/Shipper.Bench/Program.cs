using System.Globalization;
using BenchmarkDotNet.Running;
using Shipper.Bench;
using Shipper.Bench.Pacing;

if (args is ["pacing", var plots])
{
    return PacingReport.Write(plots);
}

if (args is ["processing", .. var csv])
{
    return ProcessingReport.Write(csv.FirstOrDefault());
}

return args is ["checkpoints", var directory, var streams]
    ? await KnownStreams.WriteAsync(directory, int.Parse(streams, CultureInfo.InvariantCulture))
    : BenchmarkSwitcher.FromAssembly(typeof(PackingBenchmarks).Assembly).Run(args).Any() ? 0 : 1;
