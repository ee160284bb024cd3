using Shipper.LocalPipeline.Children;

namespace Shipper.LocalPipeline.Running;

/// <summary>The three processes of a running pipeline.</summary>
internal sealed record Trio(IChild Generator, IChild Shipper, IChild Firehose)
{
    /// <summary>In the order in which a byte passes them.</summary>
    public IReadOnlyList<IChild> All => [Generator, Shipper, Firehose];
}
