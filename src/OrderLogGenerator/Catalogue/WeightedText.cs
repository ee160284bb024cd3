namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>A value with how often it occurs, for customers with a number and for those without.</summary>
/// <param name="Text">The value as written.</param>
/// <param name="Named">Occurrences with a customer.</param>
/// <param name="Anonymous">Occurrences without.</param>
internal readonly record struct WeightedText(string Text, int Named, int Anonymous);
