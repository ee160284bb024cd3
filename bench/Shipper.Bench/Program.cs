using BenchmarkDotNet.Running;
using Shipper.Bench;

return BenchmarkSwitcher.FromAssembly(typeof(PackingBenchmarks).Assembly).Run(args).Any() ? 0 : 1;
