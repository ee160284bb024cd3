using System.Globalization;
using BenchmarkDotNet.Running;
using Shipper.Bench;
using Shipper.Bench.Baseline;
using Shipper.Bench.Pacing;

if (args is ["pacing", var plots])
{
    return PacingReport.Write(plots);
}

if (args is ["baseline", var file, var url, var mode])
{
    return BaselineLoop.Run(file, new Uri(url), aggregated: mode == "Lines");
}

if (args is ["processing", .. var csv])
{
    return ProcessingReport.Write(csv.FirstOrDefault());
}

if (args is ["sink", var urlFile, .. var delay])
{
    var milliseconds = delay is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
    return Sink.Run(urlFile, TimeSpan.FromMilliseconds(milliseconds));
}

return args is ["checkpoints", var directory, var streams]
    ? await KnownStreams.WriteAsync(directory, int.Parse(streams, CultureInfo.InvariantCulture))
    : BenchmarkSwitcher.FromAssembly(typeof(PackingBenchmarks).Assembly).Run(args).Any() ? 0 : 1;
