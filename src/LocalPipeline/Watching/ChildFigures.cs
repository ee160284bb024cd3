using Shipper.LocalPipeline.Children;

namespace Shipper.LocalPipeline.Watching;

/// <summary>One process on the screen.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Usage">What it has used.</param>
/// <param name="Running">Whether it is there.</param>
internal readonly record struct ChildFigures(string Name, ChildUsage Usage, bool Running);
