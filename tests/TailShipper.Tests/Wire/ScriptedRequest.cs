namespace Shipper.TailShipper.Tests.Wire;

/// <summary>A request as it arrived.</summary>
internal sealed record ScriptedRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body);
