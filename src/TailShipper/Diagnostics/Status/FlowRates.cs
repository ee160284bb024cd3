namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>What a flow does in a second.</summary>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="AcknowledgedBytes">Bytes accepted by the service.</param>
/// <param name="AcknowledgedLines">Lines accepted by the service.</param>
/// <param name="WrittenBytes">Bytes by which its files grow, as far as they were looked at.</param>
/// <param name="SettledBytes">Bytes done with: accepted, set aside or left out.</param>
internal sealed record FlowRates(double ReadBytes, double AcknowledgedBytes, double AcknowledgedLines, double WrittenBytes, double SettledBytes);
