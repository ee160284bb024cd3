using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;


namespace Shipper.TailShipper.Hosting;

/// <summary>How a flow should run.</summary>
/// <param name="Factory">Makes it.</param>
/// <param name="Options">How; null for not at all.</param>
/// <param name="Budget">How long the one that runs may drain.</param>
internal sealed record FlowWish(FlowFactory Factory, FlowOptions? Options, TimeSpan Budget);
