using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>
/// Whoever listens to the meter by its name gets the figures of every service in the process: these tests run while no other does.
/// </summary>
[CollectionDefinition("meter", DisableParallelization = true)]
public sealed class MeterCollection;
