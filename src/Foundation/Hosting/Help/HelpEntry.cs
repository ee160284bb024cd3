namespace Shipper.Foundation.Hosting.Help;

/// <summary>One thing that is explained.</summary>
/// <param name="Term">What: a code, a file, a variable, a command line; empty for a sentence that stands by itself.</param>
/// <param name="Text">The explanation; may be empty.</param>
internal readonly record struct HelpEntry(string Term, string Text);
