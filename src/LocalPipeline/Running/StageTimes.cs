namespace Shipper.LocalPipeline.Running;

/// <summary>How long it took, from the generator's start.</summary>
/// <param name="Written">Until the generator had ended.</param>
/// <param name="Shipped">Until every byte was acknowledged.</param>
/// <param name="Delivered">Until every object was there.</param>
/// <param name="Verifying">What the verification took by itself.</param>
internal readonly record struct StageTimes(TimeSpan Written, TimeSpan Shipped, TimeSpan Delivered, TimeSpan Verifying);
